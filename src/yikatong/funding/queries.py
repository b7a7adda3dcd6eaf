"""Reads of this room; ``*_for(actor, …)`` is the only way in."""

from typing import Any, TypeVar

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from yikatong.batches import queries as batches
from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.models import Decision
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound

from .models import Allotment, CashPlan, Drawdown

Row = TypeVar("Row", bound=Model)
LIVE = ("applied", "verified", "approved")


def allotments_for(actor: Actor) -> QuerySet[Allotment]:
    """Allotments of the counties that the actor's finance or audit post covers, newest first."""
    seen = authz.visible(actor, [P.BOOK_SEE], area_field="area_code")
    return Allotment.objects.filter(seen).select_related("program").order_by("-id")


def allotment_for(actor: Actor, allotment_id: int) -> Allotment:
    """One allotment. Raises NotFound."""
    return _one(allotments_for(actor).filter(pk=allotment_id))


def plans_for(actor: Actor) -> QuerySet[CashPlan]:
    """Cash plans: departments see their own, finance and audit their area's; newest first."""
    return CashPlan.objects.filter(_visible(actor)).select_related("batch__program", "batch__cycle", "agency")


def plan_for(actor: Actor, plan_id: int) -> CashPlan:
    """One cash plan. Raises NotFound."""
    return _one(plans_for(actor).filter(pk=plan_id))


def plan(plan_id: int) -> CashPlan:
    """The plan with that id, for later rooms that have decided who may see it."""
    return CashPlan.objects.select_related("batch").get(pk=plan_id)


def live_plan(batch_id: int) -> CashPlan | None:
    """The one plan of a batch that is under way or approved."""
    return CashPlan.objects.filter(batch_id=batch_id, state__in=LIVE).first()


def latest_plan(batch_id: int) -> CashPlan | None:
    """The newest plan of a batch, whatever became of it."""
    return CashPlan.objects.filter(batch_id=batch_id).exclude(state="drafted").first()


def one_sent_back(batch_id: int) -> tuple[dict[str, Any], Decision] | None:
    """The one roster of a batch for which finance sent its latest plan back, and that decision, which names it."""
    plan = latest_plan(batch_id)
    if plan is None or plan.state != "sent_back":
        return None
    last = Decision.objects.filter(flow="cash_plan", subject_id=plan.pk).select_related("official").latest("id")
    named = [one for one in batches.batch_rosters(batch_id) if f"（{one['roster_no']}）" in last.reason]
    return (named[0], last) if named else None


def batch_of_roster(roster_id: int | None) -> int | None:
    """The id of the live batch that a roster stands in."""
    return batches.batch_of_roster(roster_id) if roster_id else None


def drawdown_of(batch_id: int) -> Drawdown | None:
    """The drawdown that brought a batch's money to the zero-balance account."""
    return Drawdown.objects.filter(cash_plan__batch_id=batch_id, cash_plan__state="approved", state="made").first()


def drawdowns_for(actor: Actor) -> QuerySet[Drawdown]:
    """Drawdowns of the plans that the actor may see, newest first."""
    return (
        Drawdown.objects.filter(_visible(actor)).select_related("cash_plan__batch__program", "agency").order_by("-id")
    )


def undrawn_for(actor: Actor) -> QuerySet[CashPlan]:
    """Approved plans whose money has not been drawn."""
    made = Drawdown.objects.filter(cash_plan=OuterRef("pk"), state="made")
    return plans_for(actor).filter(~Exists(made), state="approved")


def batches_without_plan(actor: Actor) -> list[batches.Batch]:
    """Approved batches that nobody has applied for yet."""
    held = CashPlan.objects.filter(batch=OuterRef("pk"), state__in=LIVE)
    return list(batches.batches_for(actor).filter(~Exists(held), state="approved"))


def available_fen(batch: batches.Batch) -> int:
    """What the program's allotment still has free for that county and year, in fen."""
    found: int = sql.call("funding_available_fen", batch.program_id, batch.area_code, batch.fiscal_year)
    return found


def objection_to(step_guard: str, plan_id: int) -> str:
    """Why a guard would say no now, '' when it would not: to tell it before somebody tries."""
    assert step_guard in ("funding_three_way_guard", "funding_enough_guard"), step_guard
    said: str | None = sql.call(step_guard, plan_id)
    return said or ""


def _visible(actor: Actor) -> Q:
    return authz.visible(actor, [P.BATCH_SEE], area_field="area_code", agency_field="agency_id")


def _one(rows: "QuerySet[Row]") -> Row:
    found = rows.first()
    if found is None:
        raise NotFound
    return found
