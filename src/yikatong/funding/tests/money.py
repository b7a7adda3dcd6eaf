"""Short ways to allotments and plans for the tests of this room and those above."""

from yikatong.batches.models import PaymentBatch
from yikatong.batches.tests.world import World
from yikatong.funding import actions
from yikatong.funding.models import Allotment, CashPlan

STEPS = {
    "verify": "finance_reviewer",
    "send_back": "finance_reviewer",
    "approve": "finance_approver",
    "refuse": "finance_approver",
    "withdraw": "finance_approver",
}


def allot(world: World, amount_fen: int, *, confirmed: bool = True) -> Allotment:
    """An allotment of the world's program for this year."""
    allotment = actions.record_allotment(
        program_id=world.ids["program"],
        fiscal_year=world.at.year,
        source="central",
        document_no="青财农〔2026〕12号",
        amount_fen=amount_fen,
        by=world.as_("finance_budget_officer"),
        at=world.at,
    )
    if confirmed:
        actions.decide_allotment(
            "confirm",
            allotment=allotment,
            by=world.as_("finance_approver"),
            at=world.at,
            seen_version=allotment.version,
            seen_digest=allotment.digest,
        )
    return allotment


def apply(world: World, batch: PaymentBatch, declared_fen: int) -> CashPlan:
    """The clerk's application."""
    clerk = world.as_("department_clerk")
    return actions.apply_for_plan(
        batch_id=batch.pk, declared_fen=declared_fen, by=clerk, at=world.at, seen_digest=batch.digest
    )


def decide(world: World, plan: CashPlan, *verbs: str, role: str = "") -> None:
    """Finance takes the steps, each by its own official unless ``role`` says who."""
    for verb in verbs:
        actions.decide_plan(
            verb,
            plan=plan,
            by=world.as_(role or STEPS[verb]),
            at=world.at,
            seen_version=plan.version,
            seen_digest=plan.digest,
            reason="请核对",
        )


def planned(world: World) -> tuple[PaymentBatch, CashPlan]:
    """500.00 allotted, and a batch of 100.00 with an approved plan."""
    allot(world, 500_00)
    batch = world.approved(100_00)
    plan = apply(world, batch, 100_00)
    decide(world, plan, "verify", "approve")
    return batch, plan


def drawn(world: World) -> CashPlan:
    """``planned``, and its money on the zero-balance account under voucher V-1."""
    _, plan = planned(world)
    treasurer = world.as_("finance_treasurer")
    actions.draw_down(plan=plan, voucher_no="V-1", by=treasurer, at=world.at, seen_digest=plan.digest)
    return plan
