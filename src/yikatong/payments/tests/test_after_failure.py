"""Paying again (K1) and giving back to the treasury (K2, K4)."""

import threading
from collections import Counter
from datetime import date
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.core.refusals import Refused
from yikatong.payments import actions, queries, rules, showing
from yikatong.payments.models import OutcomeClaim, Payment, PaymentRequest, Refund

from .test_requests import code_of
from .world import AMOUNTS, World, says


def stuck(world: World) -> list[queries.Stuck]:
    """What lies in suspense, as the clerk sees it."""
    return queries.stuck_for(world.as_("department_clerk"))


def reissue(world: World, *outcomes: int) -> PaymentRequest:
    """The clerk asks to pay these again."""
    clerk = world.as_("department_clerk")
    return actions.file_reissue(batch_id=world.batch.pk, outcome_ids=outcomes, by=clerk, at=world.at, note="已解冻")


def refund(world: World, *outcomes: int, cause: str = "uncorrectable") -> Refund:
    """The clerk gives these back."""
    clerk = world.as_("department_clerk")
    return actions.prepare_refund(
        batch_id=world.batch.pk, cause=cause, outcome_ids=outcomes, voucher_no="JK-1", by=clerk, at=world.at
    )


def approve(world: World, given: Refund, role: str = "finance_approver") -> None:
    """Finance approves the refund."""
    seen: dict[str, Any] = {"seen_version": given.version, "seen_digest": given.digest}
    actions.approve_refund(refund=given, by=world.as_(role), at=world.at, **seen)


def test_a_failed_payment_is_paid_again_to_the_payees_present_card(world: World) -> None:
    world.closed_with_failures(1, action="fix-card")
    (one,) = stuck(world)
    assert (one.obstacle, one.may_reissue, one.may_refund) == ("same_card", False, True)
    with pytest.raises(Refused) as refused:
        reissue(world, one.outcome_id)
    assert code_of(refused) == "YK061"
    card = world.new_card(1)
    (one,) = stuck(world)
    assert one.may_reissue and one.card_now_tail == "4471"
    request = reissue(world, one.outcome_id)
    (payment,) = world.payments(request)
    assert (payment.card_id, payment.payee_id, payment.amount_fen) == (card, world.people[1], AMOUNTS[1])
    assert (payment.attempt, payment.end_to_end_id) == (2, f"E{payment.entitlement_id}-2")
    assert (request.kind, request.no) == ("reissue", f"{world.batch.no}-R2")
    world.sent(request)
    assert (world.balance("suspense"), world.balance("in_transit")) == (0, AMOUNTS[1])
    world.report(request, says(payment, "credited", bank_reference="Z"))
    world.close_request(request, [payment])
    assert world.balance("credited") == sum(AMOUNTS) and stuck(world) == []


def test_a_failed_reissue_may_be_paid_a_third_time(world: World) -> None:
    world.closed_with_failures(1)
    second = world.sent(reissue(world, stuck(world)[0].outcome_id))
    world.report(second, says(world.payments(second)[0], "failed", action="retry-later"))
    world.close_request(second, [])
    (one,) = stuck(world)
    (third,) = world.payments(reissue(world, one.outcome_id))
    assert third.attempt == 3


def test_nothing_is_paid_again_before_the_request_is_closed(world: World) -> None:
    request = world.sent()
    world.report(request, says(world.payments(request)[0], "failed"))
    (one,) = stuck(world)
    assert one.hold == "not_closed"
    for attempt in (reissue, refund):
        with pytest.raises(Refused) as refused:
            attempt(world, one.outcome_id)
        assert code_of(refused) in ("YK061", "YK067")


def test_an_open_exception_holds_its_payment(world: World) -> None:
    request = world.closed_with_failures(1)
    world.report(request, says(world.payments(request)[1], "credited", bank_reference="late"))
    (one,) = stuck(world)
    assert one.hold == "exception"
    with pytest.raises(Refused):
        reissue(world, one.outcome_id)


def test_the_dead_are_not_paid_again_and_their_money_is_due_this_month(world: World) -> None:
    world.closed_with_failures(1, action="stop-deceased")
    (one,) = stuck(world)
    assert one.obstacle == "stopped" and one.due_on == rules.refund_due_on("not_entitled", one.booked_on)
    with pytest.raises(Refused):
        reissue(world, one.outcome_id)
    given = refund(world, one.outcome_id, cause="not_entitled")
    assert given.due_on == one.due_on


def test_without_a_usable_card_there_is_no_reissue(world: World) -> None:
    world.closed_with_failures(1)
    world.status(world.ids[f"card {world.people[1]}"], "lost")
    assert stuck(world)[0].obstacle == "no_card"


def test_of_two_who_pay_again_at_once_one_wins(world: World) -> None:
    world.closed_with_failures(1)
    outcome = stuck(world)[0].outcome_id
    results: list[str] = []

    def act(verb: Any) -> None:
        try:
            results.append(verb(world, outcome).state)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(verb,)) for verb in (reissue, refund)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) in (["YK061", "prepared"], ["YK067", "filed"])


def test_what_is_reissued_is_not_refunded_and_the_other_way_round(world: World) -> None:
    world.closed_with_failures(1, 2)
    one, two = stuck(world)
    reissue(world, one.outcome_id)
    refund(world, two.outcome_id)
    with pytest.raises(Refused):
        refund(world, one.outcome_id)
    with pytest.raises(Refused):
        reissue(world, two.outcome_id)


def test_a_refund_moves_the_money_to_the_treasury_when_finance_approves(world: World) -> None:
    world.closed_with_failures(1, 2)
    given = refund(world, *(one.outcome_id for one in stuck(world)))
    assert (given.count, given.total_fen, given.state) == (2, AMOUNTS[1] + AMOUNTS[2], "prepared")
    assert world.balance("suspense") == given.total_fen
    assert [item.what_to_do for item in showing.waiting(world.as_("finance_approver"), world.at)] == ["去审批"]
    approve(world, given)
    assert (world.balance("suspense"), world.balance("treasury")) == (0, given.total_fen)
    assert stuck(world) == [] and len(queries.refund_lines(given)) == 2


def test_a_refund_needs_the_finance_approver(world: World) -> None:
    world.closed_with_failures(1)
    given = refund(world, stuck(world)[0].outcome_id)
    for role in ("department_clerk", "finance_reviewer", "finance_treasurer"):
        with pytest.raises(Refused) as refused:
            approve(world, given, role)
        assert code_of(refused) == "YK005", role


def test_a_refund_that_was_sent_back_frees_its_payments(world: World) -> None:
    world.closed_with_failures(1)
    outcome = stuck(world)[0].outcome_id
    given = refund(world, outcome)
    seen: dict[str, Any] = {"seen_version": given.version, "seen_digest": given.digest}
    approver = world.as_("finance_approver")
    actions.send_back_refund(refund=given, by=approver, at=world.at, reason="缴款书号不对", **seen)
    assert given.state == "sent_back"
    assert refund(world, outcome).no == f"{world.batch.no}-T2"


def test_a_claim_is_not_given_up_while_it_is_needed(world: World) -> None:
    world.closed_with_failures(1, 2)
    one, two = stuck(world)
    reissue(world, one.outcome_id)
    given = refund(world, two.outcome_id)
    assert OutcomeClaim.objects.count() == 2
    for change in ("DELETE FROM payments_outcomeclaim", "UPDATE payments_outcomeclaim SET refund_id = refund_id"):
        with pytest.raises(psycopg.Error) as refused:
            world.run(change)
        assert refused.value.sqlstate == "YK063"
    assert world.run("SELECT payments_free_claims(%s)", given.pk) == 0


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("attempt = 3, end_to_end_id = 'E' || entitlement_id || '-3'", "YK061"),
        ("retries_outcome_id = NULL", "23514"),
        ("end_to_end_id = 'E1-2'", "23514"),
        ("amount_fen = amount_fen + 1", "YK060"),
        ("amount_fen = 0", "23514"),
        ("payee_id = (SELECT min(payee_id) FROM payments_payment)", "YK060"),
        ("card_id = (SELECT min(card_id) FROM payments_payment)", "YK061"),
        ("retries_outcome_id = (SELECT min(id) FROM payments_paymentoutcome WHERE result = 'credited')", "YK061"),
        ("fiscal_year = 2019", "23514"),
        ("id = id", ""),
    ],
)
def test_even_the_kernel_makes_no_wrong_retry(world: World, change: str, code: str) -> None:
    world.closed_with_failures(1)
    outcome = stuck(world)[0].outcome_id
    world.run(
        "INSERT INTO payments_paymentrequest (no, batch_id, kind, mode, fiscal_year, count, total_fen, state, version, "
        "digest, case_no, area_code, agency_id) SELECT 'X', batch_id, 'reissue', mode, fiscal_year, 1, %s, 'drafted', "
        "0, '', case_no, area_code, agency_id FROM payments_paymentrequest LIMIT 1",
        AMOUNTS[1],
    )
    request = PaymentRequest.objects.get(no="X")
    world.run(
        "INSERT INTO payments_outcomeclaim (fiscal_year, outcome_id, request_id) VALUES (%s, %s, %s)",
        request.fiscal_year,
        outcome,
        request.pk,
    )
    columns = (
        "fiscal_year, county_code, entitlement_id, attempt, request_id, payee_id, card_id, amount_fen, "
        "end_to_end_id, retries_outcome_id"
    )
    changed = dict(part.split(" = ", 1) for part in change.split(", ") if " = " in part and part != "id = id")
    values = {
        **{column: column for column in columns.split(", ")},
        "attempt": "2",
        "request_id": str(request.pk),
        "end_to_end_id": "'E' || entitlement_id || '-2'",
        "retries_outcome_id": str(outcome),
        **changed,
    }
    statement = (
        f"INSERT INTO payments_payment ({columns}) SELECT {', '.join(values[one] for one in columns.split(', '))} "
        f"FROM payments_payment WHERE amount_fen = {AMOUNTS[1]}"
    )
    if not code:
        world.run(statement)
        assert Payment.objects.filter(request=request).count() == 1
        return
    with pytest.raises(psycopg.Error) as refused:
        world.run(statement)
    assert refused.value.sqlstate == code


@pytest.mark.tampers
def test_a_retry_without_a_claim_is_refused(world: World) -> None:
    world.closed_with_failures(1)
    outcome = stuck(world)[0].outcome_id
    with pytest.raises(psycopg.Error) as refused:
        world.run(
            "WITH request AS (INSERT INTO payments_paymentrequest (no, batch_id, kind, mode, fiscal_year, count, "
            "total_fen, state, version, digest, case_no, area_code, agency_id) SELECT 'X', batch_id, 'reissue', mode, "
            "fiscal_year, 1, 1, 'drafted', 0, '', case_no, area_code, agency_id FROM payments_paymentrequest LIMIT 1 "
            "RETURNING id) INSERT INTO payments_payment (fiscal_year, county_code, entitlement_id, attempt, "
            "request_id, payee_id, card_id, amount_fen, end_to_end_id, retries_outcome_id) SELECT fiscal_year, "
            "county_code, entitlement_id, 2, (SELECT id FROM request), payee_id, card_id, amount_fen, "
            "'E' || entitlement_id || '-2', %s FROM payments_payment WHERE amount_fen = %s",
            outcome,
            AMOUNTS[1],
        )
    assert refused.value.sqlstate == "YK061"


@pytest.mark.parametrize("table", ["refund", "refundline", "outcomeclaim", "statementmatch"])
def test_the_application_writes_no_refund_by_itself(world: World, table: str) -> None:
    with world.app() as app:
        for statement in ("INSERT INTO {} SELECT * FROM {}", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement.replace("{}", f"payments_{table}"))


def test_suspense_ages_and_waits_for_the_clerk(world: World) -> None:
    world.closed_with_failures(1, 2)
    lying, one_by_one = queries.lying_for(world.as_("department_clerk")), stuck(world)
    assert sum(one.count for one in lying) == len(one_by_one)
    assert sum(one.total_fen for one in lying) == sum(one.amount_fen for one in one_by_one)
    assert sum(one.free_count for one in lying) == sum(one.hold is None for one in one_by_one)
    assert {one.due_on for one in lying} == {one.due_on for one in one_by_one}
    reasons = {one.words: one.count for one in queries.reasons(lying)}
    assert reasons == Counter(one.reason_words for one in one_by_one)
    clerk, paged = world.as_("department_clerk"), []
    for place in range(len(one_by_one) + 1):
        paged += queries.stuck_for(clerk, rows_max=1, rows_before=place)
    assert paged == one_by_one
    ages = queries.ages(lying, world.at.date())
    assert [(one.days_from, one.count) for one in ages] == [(0, 2), (8, 0), (31, 0), (91, 0)]
    (item,) = showing.waiting(world.as_("department_clerk"), world.at)
    assert (item.kind, item.count, item.total_fen) == ("失败与退票", 2, AMOUNTS[1] + AMOUNTS[2])
    assert [stage.title for stage in showing.stages({"batch_id": world.batch.pk})] == ["发放申请", "到卡", "失败与退票"]


def test_both_sides_reckon_the_same_deadline(world: World) -> None:
    for cause in ("not_entitled", "uncorrectable"):
        for day in (date(2026, 2, 1), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 31)):
            told = world.run("SELECT payments_refund_due_on(%s, %s)", cause, day)
            assert told == rules.refund_due_on(cause, day), (cause, day)
    assert rules.refund_due_on("not_entitled", date(2026, 11, 3)) == date(2026, 11, 30)
    assert rules.refund_due_on("uncorrectable", date(2026, 11, 3)) == date(2026, 12, 31)
