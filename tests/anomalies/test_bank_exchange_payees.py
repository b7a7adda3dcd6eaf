"""C08 (RELIABILITY 3), who was paid as the bank says it: another name, and a bank that states accounts instead of cards."""

import io

import pytest

from tests.faulty_bank import Fault
from tests.faulty_bank import messages as written
from tests.faulty_bank.messages import Told
from tests.simulation.history import History
from tests.simulation.place import Place
from tests.simulation.world import ACCOUNT
from yikatong.banking import actions as banking
from yikatong.banking.models import Break, PaymentInstruction, PaymentProvider
from yikatong.payments.models import Payment
from yikatong.registry.models import Person

from .scenes import days, kinds, ours, results, scene, sent, settle_all, state


def test_c08_another_name_is_a_difference_of_its_own_and_holds_nothing_up(lived: Place) -> None:
    with scene(lived, Fault.OTHER_NAME) as history:
        sent(history)
        days(history, 2)
        assert (kinds(), results(), state(history)) == (set(), ["credited"] * 2, "closed")
        # Once for the results and once for the statement, each with its line, for the bank to explain.
        found = Break.objects.all()
        payment = ours(history)
        assert {(one.kind, one.owner, one.count, one.sample) for one in found} == {
            ("other_name", "bank", 1, payment.end_to_end_id)
        }
        assert [one.lines.get().found_fen for one in found] == [payment.amount_fen] * 2
        settle_all(history)
        days(history)
        assert found.count() == 2 and not found.exclude(state="settled").exists()


@pytest.mark.parametrize("told", ["", "张*", "张？0", "*甲0", "{name}", "{name} ", "N\u3000{name}"])
def test_c08_a_name_that_is_masked_spaced_or_not_told_says_nothing(lived: Place, told: str) -> None:
    with scene(lived) as history:
        sent(history)
        payment = ours(history)
        name = told.format(name=Person.objects.get(pk=payment.payee_id).name).removeprefix("N")
        assert received(history, payment, name=name) == "applied"
        assert not Break.objects.exists()


def test_c08_a_bank_that_states_the_account_behind_the_card_is_not_taken_for_one_that_paid_another_card(
    lived: Place,
) -> None:
    with scene(lived) as history:
        history.owner_runs("UPDATE banking_paymentprovider SET payee_named_by = 'account'")
        sent(history)
        assert received(history, ours(history), account="8800000000012345") == "applied"
        assert (kinds(), results()) == (set(), ["credited"])


def received(history: History, payment: Payment, *, name: str = "", account: str = "****") -> str:
    """The standing of a booking that says who was paid."""
    message_id = PaymentInstruction.objects.get().message_id
    line = Told(payment.end_to_end_id, message_id, payment.amount_fen, "B1", account=account, name=name)
    body = written.notification("N-1", history.at, ACCOUNT, [line])
    report = banking.receive(
        provider=PaymentProvider.objects.get(), report_no="N-1", body=io.BytesIO(body), by=history.as_("system"),
        at=history.at,
    )  # fmt: skip
    return str(report.standing)
