"""C07 (RELIABILITY 3) with another county: whose bank, whose account, whose payments."""

import io
import json
from typing import Any

import pytest

from tests.faulty_bank import messages as written
from tests.faulty_bank.messages import Told
from tests.simulation import steps
from tests.simulation.history import Bent, History
from tests.simulation.place import Place
from tests.simulation.world import ACCOUNT, COUNTY
from yikatong.banking import actions as banking
from yikatong.banking.models import BankReport, BankStatement, Break, PaymentInstruction, PaymentProvider
from yikatong.core import sql
from yikatong.payments.models import Payment, PaymentException, PaymentOutcome

from .scenes import days, kinds, ours, results, scene, sent, state

NEIGHBOR, NEIGHBORS_ACCOUNT = "519998000000", "51999800000000000009"


def neighbor(history: History, *, has_own_bank: bool) -> PaymentProvider:
    """Another county beside ours, with its account at the same bank or at one of its own."""
    same = PaymentProvider.objects.get()
    provider = (
        same.pk if not has_own_bank else copied(history, "banking_paymentprovider", id=same.pk, name="邻水农商银行")
    )
    copied(history, "core_area", key="code", id=COUNTY, code=NEIGHBOR, prefix=NEIGHBOR[:6], name="邻水县")
    agency = copied(
        history, "core_agency", where="area_id = %s AND kind = 'line_department'", id=COUNTY, area_id=NEIGHBOR
    )
    copied(history, "core_appointment", where="official_id = %s", id=history.as_("system").official_id, area_id=NEIGHBOR,
           agency_id=agency)  # fmt: skip
    copied(
        history, "banking_serviceagreement", key="provider_id", id=same.pk, provider_id=provider, county_id=NEIGHBOR,
        agency_id=agency, debtor_account=NEIGHBORS_ACCOUNT, statement_account=NEIGHBORS_ACCOUNT,
    )  # fmt: skip
    return PaymentProvider.objects.get(pk=provider)


def copied(history: History, table: str, *, id: Any, key: str = "id", where: str = "", **changes: Any) -> Any:
    """A row like the first one that is found, with another id and these changes; returns its id, where it has one."""
    if key != "code":
        changes["id"] = history.owner_runs(f"SELECT nextval(pg_get_serial_sequence('{table}', 'id'))")
    history.owner_runs(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(one, %s::jsonb)).* FROM {table} AS one"
        f" WHERE {where or f'{key} = %s'} LIMIT 1",
        json.dumps(changes), id,
    )  # fmt: skip
    return changes.get("id")


def told(payment: Payment, **more: str) -> Told:
    return Told(payment.end_to_end_id, more.pop("message_id", ""), payment.amount_fen, "B99", **more)


def received(history: History, provider: PaymentProvider, body: bytes, number: str = "N-1") -> BankReport:
    return banking.receive(
        provider=provider, report_no=number, body=io.BytesIO(body), by=history.as_("system"), at=history.at
    )


def others_message(history: History, kind: str) -> bytes:
    """A message of the neighbor's that speaks of our first payment."""
    payment, message_id = ours(history), PaymentInstruction.objects.get().message_id
    at = history.at
    match kind:
        case "booking":
            return written.notification("N-1", at, NEIGHBORS_ACCOUNT, [told(payment)])
        case "booking of our file":
            return written.notification("N-1", at, NEIGHBORS_ACCOUNT, [told(payment, message_id=message_id)])
        case "return":
            return written.returns("N-1", at, "YK519998-20260302-7-1", [told(payment, code="AC06")])
        case "refusal":
            return written.statuses("N-1", at, message_id, [told(payment, code="AC04")], 2, 2_137)
    raise AssertionError(kind)


def assert_nothing_of_it_counts(history: History, report: BankReport) -> None:
    assert (report.standing, results(), kinds()) == ("nothing_new", [], set())
    difference = Break.objects.get()
    assert (difference.kind, difference.area_code, difference.report_id) == ("unknown_message", NEIGHBOR, report.pk)
    days(history, 2)
    assert (results(), state(history)) == (["credited"] * 2, "closed")


@pytest.mark.parametrize("kind", ["booking", "booking of our file", "return", "refusal"])
def test_c07_another_countys_bank_has_no_say_in_our_payments(lived: Place, kind: str) -> None:
    with scene(lived) as history:
        sent(history)
        bank = neighbor(history, has_own_bank=True)
        report = received(history, bank, others_message(history, kind))
        assert (report.standing, results(), kinds()) == ("nothing_new", [], set())
        difference = Break.objects.get()
        assert (difference.kind, difference.area_code, difference.sample) in {
            ("unknown_message", NEIGHBOR, ours(history).end_to_end_id),
            ("unknown_message", NEIGHBOR, PaymentInstruction.objects.get().message_id),
        }


@pytest.mark.parametrize("kind", ["booking", "booking of our file"])
def test_c07_bookings_on_another_countys_account_have_no_say_in_our_payments(lived: Place, kind: str) -> None:
    with scene(lived) as history:
        sent(history)
        bank = neighbor(history, has_own_bank=False)
        assert_nothing_of_it_counts(history, received(history, bank, others_message(history, kind)))


def test_c07_another_countys_payment_under_our_instruction_is_an_exception_without_effect(lived: Place) -> None:
    with lived.scene(Bent(dedupes=True, faults={}, sizes=(1, 2), file_lines=100_000)) as history:
        first, second = sorted(history.requests)
        for request in (first, second):
            steps.seal(history, request, is_calm=True)
        steps.send(history, is_calm=True)
        other = Payment.objects.filter(request_id=second).earliest("id")
        message_id = PaymentInstruction.objects.get(request_id=first).message_id
        body = written.notification("N-1", history.at, ACCOUNT, [told(other, message_id=message_id)])
        assert received(history, PaymentProvider.objects.get(), body).standing == "applied"
        problem = PaymentException.objects.get()
        assert (problem.kind, problem.request_id, problem.payment_id) == ("other_request", first, other.id)
        assert results() == []


def test_c07_our_payment_on_another_countys_statement_is_named_there_and_closes_nothing(lived: Place) -> None:
    with scene(lived) as history:
        sent(history)
        bank = neighbor(history, has_own_bank=False)
        payment, message_id = ours(history), PaymentInstruction.objects.get().message_id
        line = told(payment, message_id=message_id)
        body = written.statement(
            "S-9", history.at, NEIGHBORS_ACCOUNT, history.at.date(), 10_000, 10_000 - line.amount_fen, [line]
        )
        assert received(history, bank, body, "S-9").standing == "statement"
        days(history, 2)
        found = Break.objects.get()
        assert (found.kind, found.area_code, found.request_id) == ("unknown_debit", NEIGHBOR, None)
        assert found.statement == BankStatement.objects.get(agreement__county_id=NEIGHBOR)
        # Our own account's statement has it too, and that is what closes.
        assert state(history) == "closed"


def test_c07_all_our_payments_on_another_countys_statement_are_no_agreement(lived: Place) -> None:
    with scene(lived) as history:
        sent(history)
        bank = neighbor(history, has_own_bank=False)
        days(history, 2)
        day = PaymentOutcome.objects.values_list("booked_on", flat=True).distinct().get()
        lines = [
            told(one, message_id=PaymentInstruction.objects.get().message_id) for one in Payment.objects.order_by("id")
        ]
        total = sum(line.amount_fen for line in lines)
        body = written.statement("S-9", history.at, NEIGHBORS_ACCOUNT, day, total, 0, lines)
        received(history, bank, body, "S-9")
        whose = {one.agreement.county_id: one for one in BankStatement.objects.filter(day=day)}
        paired = {
            county: sql.call("banking_is_paired", one.pk, one.day, [PaymentOutcome.objects.first().fiscal_year])
            for county, one in whose.items()
        }
        assert paired == {COUNTY: True, NEIGHBOR: False}
