"""The faults of the bank exchange by their numbers (RELIABILITY 3, C01 to C17), each through the real actions.

C13, and what comes after C17, stand in ``test_bank_exchange_ends.py``.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.faulty_bank import Fault
from tests.simulation import crashes, steps
from tests.simulation.history import Bent
from tests.simulation.invariants import at_rest, rows_of
from tests.simulation.place import Place
from tests.simulation.world import ACCOUNT
from yikatong.banking import unclosed
from yikatong.banking.models import BankReport, Break
from yikatong.payments import actions as payments
from yikatong.payments.models import Payment, PaymentOutcome, PaymentRequest

from .scenes import days, events, kinds, results, scene, sent, settle_all, state, stuck


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("work", [steps.seal, steps.send, steps.visit])
def test_c01_a_worker_dies_around_every_commit(lived: Place, work: Callable[..., None], before: bool) -> None:
    for distance in range(1, 9):
        with scene(lived, Fault.FAILS) as history:
            order = [steps.seal, steps.send, steps.visit]
            for step in order[: order.index(work)]:
                step(history, is_calm=True)
            if work is steps.visit:
                history.pass_time(24)
            history.commits.at(distance, crashes.dying(before))
            work(history, is_calm=True)
            history.commits.at(0, None)
            for step in order:
                step(history, is_calm=True)
            days(history, 3)
            assert (state(history), sorted(results())) == ("closed", ["credited", "failed"]), history.told
            assert at_rest(history) == []
            if not history.tally["died"]:
                return


@pytest.mark.parametrize(
    "fault", [Fault.ACKNOWLEDGMENT_LOST, Fault.REQUEST_LOST, Fault.ARRIVES_LATE, Fault.ANSWERS_LATE]
)
def test_c02_acknowledgment_lost_file_lost_file_six_hours_late(lived: Place, fault: Fault) -> None:
    with scene(lived, fault) as history:
        sent(history)
        assert events() == ["sealed", "sending", "unknown"]
        days(history, 2)
        assert (state(history), results(), events()[-1]) == ("closed", ["credited"] * 2, "acknowledged")


@pytest.mark.parametrize("fault", [Fault.REQUEST_LOST, Fault.ARRIVES_LATE, Fault.ACKNOWLEDGMENT_LOST])
def test_c02_a_bank_that_forgets_never_gets_the_same_payment_twice(lived: Place, fault: Fault) -> None:
    with scene(lived, fault, dedupes=False) as history:
        sent(history)
        days(history, 2)
        assert max(history.bank.credited_counts().values(), default=0) <= 1
        assert events().count("sending") == 1
        assert (state(history) == "closed") is (fault is not Fault.REQUEST_LOST)


def test_c03_feedback_twice_is_no_news(lived: Place) -> None:
    with scene(lived, Fault.DELIVERED_TWICE) as history:
        sent(history)
        days(history, 2)
        assert (state(history), results(), kinds()) == ("closed", ["credited"] * 2, set())


def test_c03_the_same_number_with_another_body_is_an_alarm_and_no_more(lived: Place) -> None:
    with scene(lived, Fault.OTHER_BODY) as history:
        sent(history)
        days(history, 2)
        assert BankReport.objects.filter(standing="altered").count() == 1
        assert Break.objects.filter(kind="altered_report").count() == 1 and results() == ["credited"] * 2


def test_c03_what_comes_after_a_gap_waits_for_it(lived: Place) -> None:
    with scene(lived, Fault.HELD_BACK) as history:
        history.owner_runs(
            "UPDATE banking_paymentprovider SET report_pattern = %s", r"(?P<series>FB-)(?P<number>[0-9]+)"
        )
        sent(history)
        # The day's statement is there; the results with the number before it come a day after the sending.
        history.pass_time(16)
        steps.visit(history, is_calm=True)
        assert (BankReport.objects.count(), results()) == (1, [])
        assert Break.objects.get().kind == "report_gap"
        days(history, 2)
        assert (results(), state(history)) == (["credited"] * 2, "closed")


def test_c04_a_return_before_its_credit_is_an_exception_not_a_guess(lived: Place) -> None:
    with scene(lived, Fault.RETURN_BEFORE_CREDIT, size=1) as history:
        sent(history)
        days(history)
        assert (kinds(), results(), state(history)) == ({"return_without_credit"}, ["credited"], "released")


def test_c05_partial_results_leave_the_rest_open(lived: Place) -> None:
    with scene(lived, Fault.PARTIAL) as history:
        sent(history)
        steps.visit(history, is_calm=True)
        assert (results(), state(history)) == (["credited"], "released")
        days(history, 2)
        assert results() == ["credited"] * 2


def test_c06_a_line_missing_for_ever_is_on_a_worklist_and_closes_nothing(lived: Place) -> None:
    with scene(lived, Fault.LINE_MISSING) as history:
        sent(history)
        days(history, 4)
        (row,) = unclosed.unclosed_requests_for(history.as_("bank_operator"), history.at)
        assert (state(history), row["unanswered_count"]) == ("released", 1)
        assert Break.objects.filter(kind="booked_not_reported").exists()


def test_c07_an_unknown_line_is_an_exception_without_effect(lived: Place) -> None:
    with scene(lived, Fault.UNKNOWN_LINE) as history:
        sent(history)
        days(history)
        assert results() == ["credited"] * 2
        assert (kinds(), Break.objects.filter(kind="unknown_message").count()) == (set(), 1)


def test_c08_an_amount_off_by_a_fen_is_an_exception(lived: Place) -> None:
    with scene(lived, Fault.AMOUNT_OFF) as history:
        sent(history)
        days(history)
        assert (kinds(), results(), state(history)) == ({"other_amount"}, ["credited"], "released")


def test_c08_another_card_in_the_results_is_an_exception_and_counts_as_nothing(lived: Place) -> None:
    with scene(lived, Fault.OTHER_CARD) as history:
        sent(history)
        days(history)
        assert (kinds(), results(), state(history)) == ({"other_card"}, ["credited"], "released")
        # The statement says so, too: a difference of its own kind, which is the bank's to explain.
        difference = Break.objects.get(kind="other_card")
        assert (difference.count, difference.owner) == (1, "bank")
        history.bank.tell_everything()
        days(history)
        assert (results(), state(history)) == (["credited"] * 2, "released")
        settle_all(history)
        days(history)
        assert state(history) == "closed"


def test_c08_another_card_on_the_statement_alone_closes_nothing_before_two_people_settled_it(lived: Place) -> None:
    with scene(lived, Fault.STATEMENT_OTHER_CARD) as history:
        sent(history)
        days(history, 2)
        assert (kinds(), results(), state(history)) == (set(), ["credited"] * 2, "released")
        assert set(Break.objects.values_list("kind", flat=True)) == {"other_card"}
        (row,) = unclosed.unclosed_requests_for(history.as_("bank_operator"), history.at + timedelta(days=9))
        assert row["request_id"] == history.requests[0]
        settle_all(history)
        days(history)
        assert state(history) == "closed"


def test_c09_ok_then_fail_the_first_stands(lived: Place) -> None:
    with scene(lived, Fault.OK_THEN_FAIL) as history:
        sent(history)
        days(history)
        assert (kinds(), results(), state(history)) == ({"contradiction"}, ["credited"] * 2, "released")


def test_c09_fail_then_ok_the_first_stands_and_nothing_is_paid_again(lived: Place) -> None:
    with scene(lived, Fault.FAIL_THEN_OK, size=1) as history:
        sent(history)
        days(history, 2)
        assert (kinds(), results(), state(history)) == ({"contradiction"}, ["failed"], "released")
        assert [one.may_reissue or one.may_refund for one in stuck(history)] == [False]
        for _ in range(4):
            steps.settle(history, is_calm=True)
        days(history)
        # Both were signed off, and still the statement says that it was paid.
        assert [one.may_reissue for one in stuck(history)] == [False] and state(history) == "released"


@pytest.mark.parametrize(
    ("fault", "alarms"), [(Fault.TWO_REFERENCES, ({"other_reference"}, set())), (Fault.BOOKS_TWICE, (set(), {"twice"}))]
)
def test_c10_ok_twice_with_two_references_is_an_alarm(
    lived: Place, fault: Fault, alarms: tuple[set[str], set[str]]
) -> None:
    with scene(lived, fault, size=1) as history:
        sent(history)
        days(history)
        assert (kinds(), set(Break.objects.values_list("kind", flat=True))) == alarms
        assert (results(), state(history)) == (["credited"], "released")


def test_c11_two_amounts_swapped_under_right_totals_are_caught(lived: Place) -> None:
    with scene(lived, Fault.AMOUNTS_SWAPPED) as history:
        sent(history)
        days(history)
        assert (kinds(), results(), state(history)) == ({"other_amount"}, [], "released")


def test_c12_a_sum_that_is_wrong_refuses_the_whole_file(lived: Place) -> None:
    with scene(lived, Fault.SUM_WRONG) as history:
        sent(history)
        steps.visit(history, is_calm=True)
        assert BankReport.objects.filter(standing="unreadable").count() == 1 and results() == []
        days(history, 2)
        assert (results(), state(history)) == (["credited"] * 2, "closed")


@pytest.mark.parametrize("fault", [Fault.STATEMENT_ALTERED, Fault.STATEMENT_LINE_MISSING, Fault.STATEMENT_UNKNOWN_LINE])
def test_c14_a_statement_that_differs_is_named_and_closes_nothing_that_it_concerns(lived: Place, fault: Fault) -> None:
    with scene(lived, fault) as history:
        sent(history)
        days(history)
        assert Break.objects.exists()
        assert (state(history) == "closed") is (fault is Fault.STATEMENT_UNKNOWN_LINE)


def test_c14_nothing_closes_over_a_day_whose_statement_is_missing(lived: Place) -> None:
    with lived.scene(Bent(dedupes=True, faults={}, sizes=(1, 2), file_lines=100_000)) as history:
        first, second = sorted(history.requests)
        history.bank.top_up(ACCOUNT, 100)
        days(history)
        # The bank calls the one line failed and has booked it; it tells of that, and of the whole day, days later.
        for fault in (Fault.FAIL_THEN_OK, Fault.LINE_MISSING, Fault.STATEMENT_LATE):
            history.bank.want(fault)
        steps.seal(history, first, is_calm=True)
        steps.send(history, is_calm=True)
        days(history)
        steps.seal(history, second, is_calm=True)
        steps.send(history, is_calm=True)
        days(history)
        assert results()[0] == "failed" and history.bank.credited_counts()["E1"] == 1
        assert state(history) == "released", "closed over a missing day: what the bank booked could be paid again"
        days(history, 3)
        assert state(history) == "released" and Break.objects.filter(kind="booked_not_reported").exists()


def test_c15_a_late_return_lies_in_suspense_once(lived: Place) -> None:
    for fault in (Fault.LATE_RETURN, Fault.RETURNED_TWICE):
        with scene(lived, fault, size=1) as history:
            sent(history)
            days(history, 7)
            assert (results(), state(history)) == (["credited", "returned"], "closed")
            assert [one.may_reissue for one in stuck(history)] == [True]


def test_c15_a_return_in_the_next_year_lies_in_suspense_of_the_year_whose_money_it_is(lived: Place) -> None:
    with scene(lived, size=1) as history:
        sent(history)
        days(history, 2)
        assert state(history) == "closed"
        for day_count in (40, 300):
            history.pass_time(24 * day_count)
        payment = Payment.objects.get(request_id=history.requests[0])
        history.bank.return_payment(payment.end_to_end_id)
        days(history, 2)
        assert history.at.year == payment.fiscal_year + 1 and results() == ["credited", "returned"]
        suspense = rows_of(
            "SELECT account.fiscal_year, balance.in_fen - balance.out_fen FROM ledger_account AS account"
            " INNER JOIN ledger_balance AS balance ON balance.account_id = account.id WHERE account.kind = 'suspense'"
        )
        assert suspense == [(payment.fiscal_year, payment.amount_fen)]
        assert [one.may_refund for one in stuck(history)] == [True]


@pytest.mark.parametrize(
    ("fault", "action"),
    [(Fault.UNKNOWN_CODE, "investigate"), (Fault.EMPTY_CODE, "investigate"), (Fault.SPACED_CODE, "fix-card")],
)
def test_c16_an_unknown_code_is_never_a_success(lived: Place, fault: Fault, action: str) -> None:
    with scene(lived, fault, size=1) as history:
        sent(history)
        days(history)
        assert results() == ["failed"] and PaymentOutcome.objects.get().action == action


def test_c17_of_two_who_pay_again_at_once_one_does(lived: Place) -> None:
    with scene(lived, Fault.EMPTY_CODE) as history:
        sent(history)
        days(history, 3)
        (one,) = stuck(history)
        clerk, at = history.as_("department_clerk"), history.at

        def again() -> int:
            filed = payments.file_reissue(
                batch_id=one.batch_id, outcome_ids=[one.outcome_id], by=clerk, at=at, note="已改正"
            )
            return int(filed.pk)

        rival = crashes.Rival(again)
        history.commits.at(1, crashes.racing(rival))
        again()
        assert PaymentRequest.objects.filter(kind="reissue").count() == 1 and rival.error is not None
