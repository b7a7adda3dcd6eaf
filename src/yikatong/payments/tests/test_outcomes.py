"""What the bank says, line by line, and closing against its statement (RELIABILITY 2.4, C03–C16)."""

import secrets
import threading
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.core.refusals import Refused
from yikatong.payments import actions, queries
from yikatong.payments.models import PaymentException, PaymentOutcome, PaymentRequest, ReportedLine, StatementMatch

from .test_requests import code_of
from .world import AMOUNTS, World, says


def kinds() -> list[str]:
    """The kinds of exceptions raised so far."""
    return list(PaymentException.objects.values_list("kind", flat=True))


def test_credits_and_failures_move_the_money_they_add_up_to(world: World) -> None:
    request = world.sent()
    one, two, *_ = world.payments(request)
    more = {"reason_code": "AC04", "action": "fix-card", "reason_words": "收款账户已经销户。"}
    applied = world.report(request, says(one, "credited", bank_reference="B1"), says(two, "failed", **more))
    assert (applied.credited_count, applied.credited_fen) == (1, AMOUNTS[0])
    assert (applied.failed_count, applied.failed_fen) == (1, AMOUNTS[1])
    assert (world.balance("credited"), world.balance("suspense")) == (AMOUNTS[0], AMOUNTS[1])
    assert world.balance("in_transit") == sum(AMOUNTS[2:])
    assert not ReportedLine.objects.exists()
    states = {one.state: one.count for one in queries.township_states(request)}
    assert states == {"credited": 1, "failed": 1, "in_transit": 4}


def test_a_report_applied_twice_changes_nothing(world: World) -> None:
    request = world.sent()
    payment = world.payments(request)[0]
    operator, report_id = world.as_("bank_operator"), 77
    world.stage(report_id, says(payment, "credited"))
    first = actions.record_outcomes(request_id=request.pk, report_id=report_id, by=operator, at=world.at)
    world.stage(report_id, says(payment, "failed"))
    again = actions.record_outcomes(request_id=request.pk, report_id=report_id, by=operator, at=world.at)
    assert first.pk == again.pk and world.balance("credited") == AMOUNTS[0]


def test_of_two_who_apply_a_report_at_once_one_does(world: World) -> None:
    request = world.sent()
    world.stage(78, *[says(one, "credited") for one in world.payments(request)])
    results: list[int] = []

    def apply() -> None:
        operator = world.as_("bank_operator")
        results.append(actions.record_outcomes(request_id=request.pk, report_id=78, by=operator, at=world.at).pk)
        connection.close()

    threads = [threading.Thread(target=apply) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2 and len(set(results)) == 1
    assert world.balance("credited") == sum(AMOUNTS)


def test_the_same_fact_told_again_is_no_news(world: World) -> None:
    request = world.sent()
    one, two, *_ = world.payments(request)
    world.report(request, says(one, "credited"), says(two, "failed"))
    again = world.report(request, says(one, "credited", bank_reference="B1"), says(two, "failed"))
    assert (again.same_count, again.exception_count) == (2, 0) and kinds() == []


def test_a_credit_that_comes_back_lies_in_suspense(world: World) -> None:
    request = world.sent()
    payment = world.payments(request)[0]
    world.report(request, says(payment, "credited", bank_reference="B1"))
    returned = world.report(request, says(payment, "returned", bank_reference="B1", action="ask-person"))
    assert (returned.returned_fen, world.balance("suspense"), world.balance("credited")) == (AMOUNTS[0], AMOUNTS[0], 0)
    twice = world.report(request, says(payment, "returned", bank_reference="B1"))
    assert twice.same_count == 1
    told_again = world.report(request, says(payment, "credited", bank_reference="B1"))
    assert told_again.same_count == 1


BEFORE_AND_AFTER = [
    ([("credited", "B1")], ("credited", "B2"), "other_reference"),
    ([("credited", "B1")], ("failed", ""), "contradiction"),
    ([("failed", "")], ("credited", "B1"), "contradiction"),
    ([("credited", "B1"), ("returned", "B1")], ("credited", ""), "contradiction"),
    ([("credited", "B1"), ("returned", "B1")], ("failed", ""), "contradiction"),
    ([], ("returned", "B1"), "return_without_credit"),
    ([("failed", "")], ("returned", "B1"), "return_without_credit"),
    ([("credited", "B1")], ("returned", "B2"), "other_reference"),
    ([], ("ACSC", ""), "unknown_result"),
    ([], ("", ""), "unknown_result"),
]


@pytest.mark.parametrize(("before", "then", "kind"), BEFORE_AND_AFTER)
def test_an_answer_that_cannot_be_changes_nothing(
    world: World, before: list[tuple[str, str]], then: tuple[str, str], kind: str
) -> None:
    request = world.sent()
    payment = world.payments(request)[0]
    for result, reference in before:
        world.report(request, says(payment, result, bank_reference=reference))
    outcomes = PaymentOutcome.objects.count()
    applied = world.report(request, says(payment, then[0], bank_reference=then[1]))
    assert (kinds(), applied.exception_count, PaymentOutcome.objects.count()) == ([kind], 1, outcomes)


def test_other_amounts_unknown_and_repeated_lines_are_exceptions(world: World) -> None:
    request = world.sent()
    one, two, three, *_ = world.payments(request)
    applied = world.report(
        request,
        {**says(one, "credited"), "amount_fen": one.amount_fen + 1},
        {**says(one, "credited"), "end_to_end_id": "E999999999-1"},
        says(two, "credited"),
        says(two, "credited"),
        says(three, "credited"),
    )
    assert sorted(kinds()) == ["other_amount", "twice", "twice", "unknown"]
    assert (applied.credited_count, world.balance("credited")) == (1, AMOUNTS[2])


def test_a_line_of_another_request_is_an_exception_and_holds_that_payment(world: World) -> None:
    request = world.closed_with_failures(0)
    (stuck,) = queries.stuck_for(world.as_("department_clerk"))
    clerk = world.as_("department_clerk")
    reissue = actions.file_reissue(batch_id=world.batch.pk, outcome_ids=[stuck.outcome_id], by=clerk, at=world.at)
    world.sent(reissue)
    world.report(reissue, says(world.payments(request)[0], "credited"))
    assert kinds() == ["other_request"]


def test_results_wait_for_the_sending_and_for_a_line(world: World) -> None:
    request = world.step(world.filed(), "verify", "finance_reviewer")
    payment = world.payments(request)[0]
    with pytest.raises(Refused) as refused:
        world.report(request, says(payment, "credited"))
    assert code_of(refused) == "YK064"
    world.step(request, "release_department", "department_cashier")
    actions.mark_sent(request=request, by=world.as_("bank_operator"), at=world.at)
    with pytest.raises(Refused) as refused:
        world.report(request)
    assert code_of(refused) == "YK065"


def test_only_the_bank_and_the_system_report(world: World) -> None:
    request = world.sent()
    world.stage(79, says(world.payments(request)[0], "credited"))
    for role in ("department_clerk", "finance_reviewer", "department_cashier"):
        with pytest.raises(Refused) as refused:
            actions.record_outcomes(request_id=request.pk, report_id=79, by=world.as_(role), at=world.at)
        assert code_of(refused) == "YK005", role


@pytest.mark.tampers
@pytest.mark.parametrize(
    "values",
    ["1, 'returned', amount_fen", "2, 'credited', amount_fen", "2, 'returned', amount_fen", "1, 'credited', 1"],
)
def test_even_the_kernel_records_no_impossible_outcome(world: World, values: str) -> None:
    request = world.sent()
    world.report(request, says(world.payments(request)[0], "credited"))
    statement = (
        "INSERT INTO payments_paymentoutcome (fiscal_year, payment_id, request_id, applied_report_id, reason_code, "
        "action, reason_words, bank_reference, booked_on, reported_at, recorded_at, sequence, result, amount_fen) "
        "SELECT fiscal_year, id, request_id, (SELECT max(id) FROM payments_appliedreport), '', '', '', '', "
        "CURRENT_DATE, now(), now(), " + values + " FROM payments_payment ORDER BY id DESC LIMIT 1"
    )
    with pytest.raises(psycopg.Error) as refused:
        world.run(statement)
    assert refused.value.sqlstate in ("23514", "YK062", "23503")


def test_a_request_closes_against_the_statement(world: World) -> None:
    request = world.closed_with_failures(1, 3)
    assert request.state == "closed"
    match = StatementMatch.objects.get(request=request)
    assert (match.debit_count, match.debit_fen) == (4, sum(AMOUNTS) - AMOUNTS[1] - AMOUNTS[3])


def test_a_request_does_not_close_with_an_unanswered_line(world: World) -> None:
    request = world.sent()
    payments = world.payments(request)
    world.report(request, *[says(one, "credited") for one in payments[1:]])
    with pytest.raises(Refused, match="还有 1 笔没有银行结果") as refused:
        world.close_request(request, payments[1:])
    assert code_of(refused) == "YK008" and not StatementMatch.objects.exists()


def test_swapped_amounts_missing_and_extra_bookings_keep_it_open(world: World) -> None:
    request = world.sent()
    payments = world.payments(request)
    world.report(request, *[says(one, "credited") for one in payments])
    right = [(one.end_to_end_id, one.amount_fen) for one in payments]
    swapped = [(right[0][0], right[1][1]), (right[1][0], right[0][1]), *right[2:]]
    for wrong in (swapped, right[1:], [*right, ("E0-1", 5)], [*right, right[0]]):
        statement = secrets.randbelow(1 << 40)
        world.book(request, statement, wrong)
        with pytest.raises(Refused) as refused:
            operator = world.as_("bank_operator")
            actions.close(request_id=request.pk, statement_id=statement, by=operator, at=world.at)
        assert code_of(refused) == "YK066"
    assert PaymentRequest.objects.get(pk=request.pk).state == "released"


def test_an_open_exception_keeps_it_open_until_two_people_settled_it(world: World) -> None:
    request = world.sent()
    payments = world.payments(request)
    world.report(request, *[says(one, "credited", bank_reference=f"B{one.id}") for one in payments])
    world.report(request, says(payments[0], "credited", bank_reference="other"))
    with pytest.raises(Refused, match="还有 1 处银行回盘不符"):
        world.close_request(request, payments)
    problem = PaymentException.objects.get()
    for verb, role in (("explain", "department_clerk"), ("send_back", "finance_reviewer")):
        settle(world, problem, verb, role)
    assert problem.state == "raised"
    with pytest.raises(Refused) as refused:
        settle(world, problem, "explain", "department_clerk", reason=" ")
    assert code_of(refused) == "YK007"
    settle(world, problem, "explain", "department_clerk")
    with pytest.raises(Refused) as refused:
        settle(world, problem, "resolve", "department_clerk")
    assert code_of(refused) == "YK005"
    settle(world, problem, "resolve", "finance_reviewer")
    assert world.close_request(request, payments).state == "closed"


def settle(world: World, problem: PaymentException, verb: str, role: str, reason: str = "与银行核实过") -> None:
    """One step of an exception."""
    seen: dict[str, Any] = {"seen_version": problem.version, "seen_digest": problem.digest}
    actions.take_exception(verb, problem=problem, by=world.as_(role), at=world.at, reason=reason, **seen)


def test_only_the_bank_and_the_system_close(world: World) -> None:
    request = world.sent()
    with pytest.raises(Refused) as refused:
        actions.close(request_id=request.pk, statement_id=1, by=world.as_("department_clerk"), at=world.at)
    assert code_of(refused) == "YK005"


def test_a_request_where_all_failed_closes_with_no_debit(world: World) -> None:
    request = world.closed_with_failures(*range(len(AMOUNTS)))
    assert request.state == "closed" and world.balance("suspense") == sum(AMOUNTS)
