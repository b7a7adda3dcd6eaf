"""C19 (RELIABILITY 3), to its end: what the bank paid of a void file is accepted as the payment by two people."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from tests.faulty_bank import Fault
from tests.simulation import steps
from tests.simulation.history import History
from tests.simulation.invariants import at_rest, rows_of
from tests.simulation.place import Place
from tests.simulation.world import BEGINNING
from yikatong.banking import books, tallying
from yikatong.banking.models import Break, PaymentInstruction
from yikatong.core import proofs
from yikatong.core.models import Official
from yikatong.core.refusals import Refused
from yikatong.payments import accepting, queries
from yikatong.payments import actions as payments
from yikatong.payments.models import PaymentRequest

from .scenes import (
    code_of,
    days,
    debits,
    failed_in_its_place,
    paid_after_all,
    results,
    scene,
    sent,
    settle_all,
    state,
    stuck,
)


def test_c19_a_failure_whose_void_file_was_paid_is_accepted_as_paid_by_two_people(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        (one,) = stuck(history)
        assert code_of(accepting.file_accepted, history, one, note="银行说明") == "YK069"
        days(history, 5)
        (one,) = stuck(history)
        # What the bank said of it is still open.
        assert one.is_out and code_of(accepting.file_accepted, history, one, note="银行说明") == "YK008"
        settle_all(history)
        assert code_of(accepting.file_accepted, history, one, note=" ") == "YK069"
        assert code_of(accepting.file_accepted, history, one, note="银行说明") == ""
        request = PaymentRequest.objects.get(kind="accepted")
        assert (request.state, request.count, request.total_fen) == ("filed", 1, one.amount_fen)
        # It stands at the place of a reissue and of a refund: nobody else may have it.
        for action, told in ((payments.file_reissue, {}), (accepting.file_accepted, {"note": "再来"})):
            assert code_of(action, history, one, **told) in ("YK061", "YK068", "YK069")
        # One who filed it, and what pays, do not take the step that accepts.
        seen = {"seen_version": request.version, "seen_digest": request.digest}
        for role, verb in (("department_clerk", "accept"), ("finance_reviewer", "verify")):
            with pytest.raises(Refused):
                payments.take(verb, request=request, by=history.as_(role), at=history.at, reason="核实", **seen)
        accepting.accept(request=request, by=history.as_("finance_reviewer"), at=history.at, reason="核实", **seen)
        assert PaymentRequest.objects.get(pk=request.pk).state == "closed"
        assert (results(), balance("credited"), balance("suspense")) == (["failed", "credited"], one.amount_fen, 0)
        assert stuck(history) == [] and debits(history) == ["E1-1"]
        with pytest.raises(Refused) as told_again:
            accepting.accept(request=request, by=history.as_("finance_reviewer"), at=history.at, reason="核实", **seen)
        assert told_again.value.code in ("YK001", "YK002", "YK003")
        # Nothing of it is ever sealed or sent, and everything agrees.
        steps.seal(history, request.pk, is_calm=True)
        assert "YK070" in history.told[-1]
        days(history, 2)
        assert debits(history) == ["E1-1"] and at_rest(history) == [] and [*proofs.verify()] == []
        # The day's four books agree: it is counted under the file that the bank paid it of.
        assert [(one.movement, one.booked_count, one.agree) for one in day_books(history)] == [("payment", 1, True)]


def test_c19_what_the_bank_paid_is_accepted_on_the_pages(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        paid_after_all(history)
        (one,) = stuck(history)
        clerk, finance = browser(history, "department_clerk"), browser(history, "finance_reviewer")
        address = f"/payments/stuck/{one.case_no}/accept/"
        assert address in clerk.get(f"/payments/stuck/{one.case_no}/").content.decode()
        assert address in clerk.get(f"/payments/stuck/{one.case_no}/reissue/").content.decode()
        assert one.name in clerk.get(address).content.decode()
        assert "请写明怎么查实" in clerk.post(address, {"outcomes": [one.outcome_id]}).content.decode()
        told = {"outcomes": [one.outcome_id], "note": "银行盖章说明"}
        page = clerk.post(address, told, follow=True).content.decode()
        request = PaymentRequest.objects.get(kind="accepted")
        assert request.no in page and "请财政核实" in page and 'value="accept"' not in page
        assert one.outcome_id not in {two.outcome_id for two in stuck(history) if two.is_out}
        own = f"/payments/requests/{request.no}/"
        page = finance.get(own).content.decode()
        assert 'value="accept"' in page and 'value="verify"' not in page and "E1-1" in page
        assert "待认作已发放，不再发送" in page and "待发送" not in page
        signed = {"verb": "accept", "version": request.version, "digest": request.digest, "reason": "本人流水已核"}
        assert "已记录" in finance.post(f"{own}decide/", signed, follow=True).content.decode()
        assert PaymentRequest.objects.get(pk=request.pk).state == "closed" and balance("suspense") == 0


def test_c19_what_was_returned_is_accepted_once_its_void_file_is_paid(lived: Place) -> None:
    with returned_in_its_place(lived) as history:
        (one,) = stuck(history)
        assert "银行报了退票" in one.waits_words and "认作已发放" in one.waits_words
        accepted(history, one)
        assert (balance("credited"), balance("suspense")) == (one.amount_fen, 0)
        assert at_rest(history) == [] and [*proofs.verify()] == []


def test_c19_what_was_accepted_and_comes_back_is_the_return_of_that_payment(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        paid_after_all(history)
        (one,) = stuck(history)
        accepted(history, one)
        history.bank.give_back()
        days(history, 2)
        # The bank names the attempt that it had booked, and no reference of that booking.
        assert results() == ["failed", "credited", "returned"], history.told
        assert (balance("credited"), balance("suspense")) == (0, one.amount_fen)
        assert not Break.objects.exclude(state="settled").exists() and at_rest(history) == []
        assert [*proofs.verify()] == []
        assert {(one.movement, one.agree) for one in day_books(history)} == {("payment", True), ("return", True)}
        (again,) = stuck(history)
        assert again.may_reissue and again.outcome_id != one.outcome_id
        assert code_of(payments.file_reissue, history, again, note="再发") == ""


def test_c19_a_return_that_was_told_before_is_not_one_of_what_was_accepted_since(lived: Place) -> None:
    with returned_in_its_place(lived) as history:
        (one,) = stuck(history)
        accepted(history, one)
        history.bank.tell_everything()
        days(history)
        assert results() == ["credited", "returned", "credited"] and balance("suspense") == 0, history.told
        history.bank.return_payment("E1-1")
        days(history, 2)
        assert results() == ["credited", "returned", "credited", "returned"] and balance("credited") == 0, history.told
        settle_all(history)
        assert at_rest(history) == [] and [*proofs.verify()] == []


def test_c19_an_acceptance_that_is_sent_back_and_void_gives_its_payment_free(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        paid_after_all(history)
        (one,) = stuck(history)
        assert code_of(accepting.file_accepted, history, one, note="银行说明") == ""
        request = PaymentRequest.objects.get(kind="accepted")
        for verb, role in (("send_back", "finance_reviewer"), ("void", "department_clerk")):
            request.refresh_from_db()
            seen = {"seen_version": request.version, "seen_digest": request.digest}
            payments.take(verb, request=request, by=history.as_(role), at=history.at, reason="银行要退回", **seen)
        history.bank.give_back()
        days(history)
        settle_all(history)
        (one,) = stuck(history)
        assert one.may_reissue and code_of(accepting.file_accepted, history, one, note="银行说明") == "YK069"


@contextmanager
def returned_in_its_place(lived: Place) -> Iterator[History]:
    """A void file's place was taken by another, whose one payment came back; then the void one was paid as well."""
    with scene(lived, Fault.REQUEST_LOST, dedupes=False, size=1) as history:
        sent(history)
        history.pass_time(24 * 3 + 1)
        history.bank.want(Fault.LATE_RETURN)
        steps.send(history, is_calm=True)
        steps.send(history, is_calm=True)
        days(history, 5)
        assert results() == ["credited", "returned"] and state(history) == "closed", history.told
        history.bank.pay_anyway(PaymentInstruction.objects.earliest("id").message_id)
        days(history, 2)
        settle_all(history)
        yield history


def browser(history: History, role: str) -> Client:
    """In which somebody has signed in."""
    client = Client()
    client.force_login(Official.objects.get(pk=history.as_(role).official_id))
    return client


def accepted(history: History, one: queries.Stuck) -> PaymentRequest:
    """Filed by the department and accepted by finance."""
    assert one.is_out and code_of(accepting.file_accepted, history, one, note="银行说明") == ""
    request = PaymentRequest.objects.filter(kind="accepted").latest("id")
    seen = {"seen_version": request.version, "seen_digest": request.digest}
    accepting.accept(request=request, by=history.as_("finance_reviewer"), at=history.at, reason="核实", **seen)
    return request


def day_books(history: History) -> list[books.DayBooks]:
    """The four books of the days until now."""
    tallying.tally(by=history.as_("system"), at=history.at)
    return books.days_for(history.as_("bank_operator"), month=BEGINNING.date().replace(day=1))


def balance(kind: str) -> int:
    """What lies in one place of the ledger, in fen."""
    ((fen,),) = rows_of(
        "SELECT coalesce(sum(balance.in_fen - balance.out_fen), 0)::bigint FROM ledger_account AS account"
        f" INNER JOIN ledger_balance AS balance ON balance.account_id = account.id WHERE account.kind = '{kind}'"
    )
    return int(fen)
