"""C19 (RELIABILITY 3), further on: the bank pays the void file after all, when the one that took its place is over."""

import pytest

from tests.faulty_bank import Fault
from tests.simulation import steps
from tests.simulation.history import History
from tests.simulation.place import Place
from yikatong.core.refusals import Refused
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

OTHERS_PAID = "YK068"


def test_c19_a_failure_whose_void_file_was_paid_is_not_paid_again_before_the_bank_gave_it_back(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        assert [one.may_reissue for one in stuck(history)] == [True]
        paid_after_all(history)
        (one,) = stuck(history)
        assert (one.hold, one.may_reissue, one.may_refund) == (
            "booked",
            False,
            False,
        ) and "请银行退回" in one.waits_words
        assert code_of(payments.file_reissue, history, one, note="再发") == OTHERS_PAID
        assert code_of(payments.prepare_refund, history, one, cause="uncorrectable", voucher_no="JK-1") == OTHERS_PAID
        history.bank.give_back()
        days(history)
        settle_all(history)
        (one,) = stuck(history)
        assert one.may_reissue and code_of(payments.file_reissue, history, one, note="再发") == ""


def test_c19_a_reissue_on_its_way_stops_when_the_void_file_turns_out_paid(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        steps.reissue(history, is_calm=True)
        again = PaymentRequest.objects.get(kind="reissue")
        steps.sign(history, is_calm=True)
        paid_after_all(history)
        # Finance had verified it; the cashier is told, and may send nothing.
        with pytest.raises(Refused, match="已经付出、还没有退回"):
            release(history, again)
        history.bank.give_back()
        days(history)
        settle_all(history)
        steps.sign(history, is_calm=True)
        sealed(history, again)
        days(history, 2)
        assert PaymentRequest.objects.get(pk=again.pk).state == "closed"
        assert debits(history) == ["E1-1", "E1-2"]


def test_c19_a_sealed_reissue_is_not_sent_while_the_void_file_stands_paid(lived: Place) -> None:
    with failed_in_its_place(lived) as history:
        steps.reissue(history, is_calm=True)
        again = PaymentRequest.objects.get(kind="reissue")
        for _ in ("verify", "release"):
            steps.sign(history, is_calm=True)
        steps.seal(history, again.pk, is_calm=True)
        history.pass_time(24 * 5)
        steps.visit(history, is_calm=True)
        settle_all(history)
        steps.send(history, is_calm=True)
        assert "已经付出、还没有退回" in history.told[-1] and debits(history) == ["E1-1"]
        history.bank.give_back()
        days(history)
        settle_all(history)
        days(history, 2)
        assert debits(history) == ["E1-1", "E1-2"], history.told


def test_c19_what_takes_a_void_files_place_is_not_sent_once_that_one_is_paid(lived: Place) -> None:
    with scene(lived, Fault.REQUEST_LOST, Fault.PAID_AFTER_ALL, dedupes=False, size=1) as history:
        sent(history)
        history.pass_time(24 * 3 + 1)
        steps.send(history, is_calm=True)
        history.pass_time(24 * 6)
        steps.visit(history, is_calm=True)
        settle_all(history)
        steps.send(history, is_calm=True)
        assert "作废的那份算数" in history.told[-1]
        assert (debits(history), results(), state(history)) == (["E1-1"], [], "released")


def release(history: History, request: PaymentRequest) -> None:
    fresh = PaymentRequest.objects.get(pk=request.pk)
    payments.take(
        "release_department", request=fresh, by=history.as_("department_cashier"), at=history.at,
        seen_version=fresh.version, seen_digest=fresh.digest,
    )  # fmt: skip


def sealed(history: History, request: PaymentRequest) -> None:
    steps.seal(history, request.pk, is_calm=True)
    steps.send(history, is_calm=True)
