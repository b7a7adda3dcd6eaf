"""A batch's money: allotted, planned, drawn to the zero-balance account, each by the right people."""

import pytest

from yikatong.batches.models import PaymentBatch
from yikatong.batches.tests.world import World
from yikatong.core.models import AuditEvent
from yikatong.core.refusals import Refused
from yikatong.funding import actions, queries
from yikatong.funding.models import Allotment, CashPlan, Drawdown
from yikatong.ledger import queries as ledger

from .money import allot, apply, decide, planned


def test_a_confirmed_allotment_is_available(world: World) -> None:
    allotment = allot(world, 500_00)
    assert (allotment.state, len(allotment.digest)) == ("confirmed", 64)
    assert [line.available_fen for line in ledger.proof()] == [500_00]


def test_who_recorded_an_allotment_does_not_confirm_it_and_nothing_moves_before(world: World) -> None:
    allotment = allot(world, 500_00, confirmed=False)
    with pytest.raises(Refused) as refused:
        actions.decide_allotment(
            "confirm",
            allotment=allotment,
            by=world.as_("finance_budget_officer"),
            at=world.at,
            seen_version=allotment.version,
            seen_digest=allotment.digest,
        )
    assert refused.value.code == "YK005" and ledger.proof() == []


def test_one_document_allots_once(world: World) -> None:
    allot(world, 500_00)
    with pytest.raises(Refused, match="已经登记过"):
        allot(world, 500_00)


def test_a_sent_back_allotment_may_be_recorded_again(world: World) -> None:
    allotment = allot(world, 500_00, confirmed=False)
    actions.decide_allotment(
        "send_back",
        allotment=allotment,
        by=world.as_("finance_approver"),
        at=world.at,
        seen_version=allotment.version,
        seen_digest=allotment.digest,
        reason="金额错",
    )
    assert allot(world, 400_00).state == "confirmed"


def test_from_allotment_to_the_zero_balance_account(world: World) -> None:
    allot(world, 500_00)
    batch = world.approved(120_50)
    plan = apply(world, batch, 120_50)
    assert plan.digest == batch.digest and plan.case_no == batch.no and plan.no.startswith(batch.no)
    decide(world, plan, "verify", "approve")
    drawdown = _draw(world, plan)
    assert (drawdown.state, drawdown.amount_fen) == ("made", 120_50)
    whole = ledger.whole(ledger.proof())
    assert (whole.allotted_fen, whole.available_fen, whole.drawn_fen) == (500_00, 379_50, 120_50)
    assert queries.drawdown_of(batch.pk) == drawdown and not queries.undrawn_for(world.as_("finance_treasurer"))


def test_a_plan_needs_an_approved_batch(world: World) -> None:
    batch = world.assemble(world.seal({world.person("张建国"): 1_00}))
    with pytest.raises(Refused, match="还没有经部门审批"):
        apply(world, batch, 1_00)
    assert not CashPlan.objects.exists()


def test_another_declared_amount_is_not_verified_and_can_be_declared_again(world: World) -> None:
    batch = world.approved(120_50)
    plan = apply(world, batch, 130_50)
    with pytest.raises(Refused, match=r"申报差 ¥10\.00"):
        decide(world, plan, "verify")
    assert "三方金额不一致" in queries.objection_to(plan.pk, "three_way")
    decide(world, plan, "send_back")
    again = apply(world, batch, 120_50)
    decide(world, again, "verify")
    assert again.state == "verified" and queries.live_plan(batch.pk) == again


def test_too_small_an_allotment_is_told_with_the_shortfall(world: World) -> None:
    allot(world, 100_00)
    plan = apply(world, world.approved(120_50), 120_50)
    decide(world, plan, "verify")
    with pytest.raises(Refused, match=r"这批要 ¥120\.50，可用 ¥100\.00，还差 ¥20\.50"):
        decide(world, plan, "approve")
    decide(world, plan, "refuse")
    assert plan.state == "sent_back"


def test_one_live_plan_a_batch(world: World) -> None:
    batch = world.approved()
    apply(world, batch, 100_00)
    with pytest.raises(Refused, match="已经有一份在办"):
        apply(world, batch, 100_00)


@pytest.mark.tampers
@pytest.mark.parametrize(("role", "duty"), [("department_clerk", "finance_reviewer")])
def test_who_prepared_the_batch_does_not_verify_its_plan(world: World, role: str, duty: str) -> None:
    batch = world.approved()
    # Somebody else applies, so that only the batch stands between the clerk and the plan.
    plan = apply(world, batch, 100_00)
    world.run("UPDATE core_appointment SET role = %s WHERE official_id = %s", duty, world.official(role))
    with pytest.raises(Refused) as refused:
        decide(world, plan, "verify", role=role)
    assert refused.value.code == "YK006"


def test_a_batch_with_a_plan_under_way_is_not_voided(world: World) -> None:
    batch = world.approved()
    plan = apply(world, batch, 100_00)
    with pytest.raises(Refused) as refused:
        _void(world, batch)
    assert refused.value.code == "YK050" and batch.no in str(refused.value)
    decide(world, plan, "send_back")
    _void(world, batch)
    assert batch.state == "void"


def test_an_approval_is_withdrawn_before_the_drawdown_and_the_money_is_back(world: World) -> None:
    batch, plan = planned(world)
    decide(world, plan, "withdraw")
    assert [line.available_fen for line in ledger.proof() if not line.case_no] == [500_00]
    again = apply(world, batch, 100_00)
    decide(world, again, "verify", "approve")
    _draw(world, again)
    with pytest.raises(Refused, match="不能再撤回"):
        decide(world, again, "withdraw")


def test_money_is_drawn_once_and_a_voucher_used_once(world: World) -> None:
    _, plan = planned(world)
    _draw(world, plan)
    with pytest.raises(Refused, match="已经拨付过"):
        _draw(world, plan, voucher_no="V-2")
    assert Drawdown.objects.count() == 1


def test_nothing_is_drawn_of_a_plan_that_is_not_approved(world: World) -> None:
    plan = apply(world, world.approved(), 100_00)
    with pytest.raises(Refused, match="还没有批准"):
        _draw(world, plan)


def test_a_draw_of_three_is_recorded_without_names(world: World) -> None:
    plan = apply(world, world.approved(), 100_00)
    reviewer = world.as_("finance_reviewer")
    drawn = actions.look_at_some(plan=plan, by=reviewer, at=world.at)
    assert [one.masked_name for one in drawn] == ["张*国"]
    event = AuditEvent.objects.get(name="cash_plan.sampled")
    assert event.official_id == reviewer.official_id
    assert event.detail == {"entitlements": [one.entitlement_id for one in drawn]}


def test_departments_see_their_own_plans_and_no_allotments(world: World) -> None:
    batch = world.approved()
    assert queries.batches_without_plan(world.as_("department_clerk")) == [batch]
    apply(world, batch, 100_00)
    assert queries.plans_for(world.as_("department_clerk")).count() == 1
    assert queries.plans_for(world.as_("stranger")).count() == 0
    assert queries.batches_without_plan(world.as_("department_clerk")) == []
    allot(world, 1_00)
    assert not queries.allotments_for(world.as_("department_clerk")).exists()
    assert Allotment.objects.count() == 1


def _draw(world: World, plan: CashPlan, voucher_no: str = "V-1") -> Drawdown:
    treasurer = world.as_("finance_treasurer")
    return actions.draw_down(plan=plan, voucher_no=voucher_no, by=treasurer, at=world.at, seen_digest=plan.digest)


def _void(world: World, batch: PaymentBatch) -> None:
    from yikatong.batches.actions import take

    take(
        "void",
        batch=batch,
        by=world.as_("department_clerk"),
        at=world.at,
        seen_version=batch.version,
        seen_digest=batch.digest,
        reason="有误",
    )
