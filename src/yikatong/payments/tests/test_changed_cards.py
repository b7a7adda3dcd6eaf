"""A changed card is paid only after its cooling period or a third official's look, and stays the one that was filed."""

from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.core.refusals import Refused
from yikatong.payments import actions, queries
from yikatong.payments.models import OutcomeClaim, PaymentRequest
from yikatong.registry import actions as registry
from yikatong.registry.models import CardChange

from .test_after_failure import refund, reissue, stuck
from .test_requests import code_of
from .world import World, says


def hastened(world: World, change: CardChange, role: str = "department_leader", reason: str = "低保户急用") -> None:
    """A third official lets the card be used at once."""
    registry.decide_card_change(
        change=change,
        verb="hasten",
        by=world.as_(role),
        at=world.at,
        seen_version=change.version,
        seen_digest=change.digest,
        reason=reason,
    )


def refusal(world: World, request: PaymentRequest, verb: str, role: str) -> str:
    """With which code and sentence a step of a request is refused."""
    with pytest.raises(Refused) as refused:
        world.step(request, verb, role)
    return f"{code_of(refused)} {refused.value}"


def void(world: World, request: PaymentRequest) -> None:
    """Finance sends the request back and the clerk voids it."""
    world.step(request, "send_back", "finance_reviewer", "卡变了")
    world.step(request, "void", "department_clerk", "卡变了，重新申请")


def test_a_card_that_was_changed_cools_for_three_days(world: World) -> None:
    world.closed_with_failures(1, action="fix-card")
    world.new_card(1, days_ago=0)
    (one,) = stuck(world)
    day = world.at.date().toordinal() + 3
    assert (one.obstacle, one.usable_on and one.usable_on.toordinal()) == ("cooling", day)
    assert str(one.usable_on) in one.waits_words
    with pytest.raises(Refused) as refused:
        reissue(world, one.outcome_id)
    assert code_of(refused) == "YK061" and str(one.usable_on) in str(refused.value)
    world.forward(2)
    assert stuck(world)[0].obstacle == "cooling"
    world.forward(1)
    world.sent(reissue(world, one.outcome_id))


def test_choosing_a_card_takes_two_and_cools_anew(world: World) -> None:
    world.closed_with_failures(1, action="fix-card")
    change = world.choose_card(1, world.new_card(1))
    (one,) = stuck(world)
    assert one.obstacle == "cooling"
    for role, code in (("department_reviewer", "YK005"), ("township_clerk", "YK005")):
        with pytest.raises(Refused) as refused:
            hastened(world, change, role)
        assert code_of(refused) == code
    with pytest.raises(Refused, match="原因"):
        hastened(world, change, reason="")
    hastened(world, change)
    assert stuck(world)[0].may_reissue
    request = world.sent(reissue(world, one.outcome_id))
    assert world.payments(request)[0].card_id == change.card_id
    logged = "SELECT count(*) FROM core_decision WHERE flow = 'card_change' AND verb = 'hasten' AND reason <> ''"
    assert world.run(logged) == 1


def test_a_card_changed_after_filing_holds_the_reissue_until_it_is_filed_anew(world: World) -> None:
    world.closed_with_failures(1)
    (one,) = stuck(world)
    request = reissue(world, one.outcome_id)
    change = world.choose_card(1, world.new_card(1))
    assert "作废后重新申请" in refusal(world, request, "verify", "finance_reviewer")
    void(world, request)
    assert request.state == "void" and not OutcomeClaim.objects.exists()
    assert {one.words for one in queries.township_states(request)} == {"申请已作废，没有发送"}
    assert stuck(world)[0].obstacle == "cooling"
    world.forward(3)
    again = reissue(world, one.outcome_id)
    (payment,) = world.payments(again)
    assert (payment.attempt, payment.card_id) == (3, change.card_id)
    world.sent(again)
    world.report(again, says(payment, "credited", bank_reference="Z"))
    world.close_request(again, [payment])
    assert stuck(world) == [] and world.balance("suspense") == 0


def test_a_card_changed_before_the_release_is_not_paid(world: World) -> None:
    world.closed_with_failures(1)
    request = world.step(reissue(world, stuck(world)[0].outcome_id), "verify", "finance_reviewer")
    world.choose_card(1, world.new_card(1))
    assert refusal(world, request, "release_department", "department_cashier").startswith("YK008")
    with pytest.raises(Refused) as refused:
        actions.mark_sent(request=request, by=world.as_("bank_operator"), at=world.at)
    assert code_of(refused) == "YK030"


def test_a_voided_reissue_frees_the_money_for_a_refund_and_never_comes_back(world: World) -> None:
    world.closed_with_failures(1)
    (one,) = stuck(world)
    request = reissue(world, one.outcome_id)
    void(world, request)
    assert refund(world, one.outcome_id).state == "prepared"
    for verb, role in (("file", "department_clerk"), ("verify", "finance_reviewer")):
        assert refusal(world, request, verb, role).startswith("YK004")


def test_a_first_request_is_not_voided(world: World) -> None:
    request = world.step(world.filed(), "send_back", "finance_reviewer", "请核对")
    with pytest.raises(Refused, match="首次发放的申请不能作废"):
        world.step(request, "void", "department_clerk", "不要了")


@pytest.mark.tampers
def test_without_the_guard_the_changed_card_would_be_paid(world: World) -> None:
    world.closed_with_failures(1)
    request = reissue(world, stuck(world)[0].outcome_id)
    world.choose_card(1, world.new_card(1))
    world.run(
        "CREATE OR REPLACE FUNCTION payments_card_objection(request bigint) RETURNS text LANGUAGE sql STABLE "
        "SET search_path = public, pg_temp AS 'SELECT NULL::text'"
    )
    world.sent(request)


@pytest.mark.tampers
def test_even_the_kernel_makes_no_retry_beside_a_live_one(world: World) -> None:
    world.closed_with_failures(1)
    outcome = stuck(world)[0].outcome_id
    request = reissue(world, outcome)
    columns = "fiscal_year, county_code, entitlement_id, request_id, payee_id, card_id, amount_fen, retries_outcome_id"
    statement = (
        f"INSERT INTO payments_payment ({columns}, attempt, end_to_end_id) SELECT {columns}, 3, "
        "'E' || entitlement_id || '-3' FROM payments_payment WHERE request_id = %s"
    )
    with pytest.raises(psycopg.Error) as refused:
        world.run(statement, request.pk)
    assert refused.value.sqlstate in ("YK060", "YK061", "23505")


def test_a_claim_of_a_void_reissue_alone_is_given_up(world: World) -> None:
    world.closed_with_failures(1)
    request = reissue(world, stuck(world)[0].outcome_id)
    world.step(request, "send_back", "finance_reviewer", "卡变了")
    with pytest.raises(psycopg.Error) as refused:
        world.run("DELETE FROM payments_outcomeclaim")
    assert refused.value.sqlstate == "YK063"
    connection.close()


def test_seen_words_tell_the_day(world: World) -> None:
    world.closed_with_failures(1, action="fix-card")
    world.new_card(1, days_ago=1)
    told: Any = stuck(world)[0].waits_words
    assert "冷静期" in told and "提前启用" in told
