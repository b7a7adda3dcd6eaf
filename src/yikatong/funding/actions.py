"""What the budget office, the department, finance and the treasury do about a batch's money (I5–I9)."""

from datetime import datetime

from django.db import transaction

from yikatong.batches import queries as batches
from yikatong.core import audit, slots
from yikatong.core.acting import action
from yikatong.core.authz import Actor, require
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused
from yikatong.ledger import actions as ledger

from . import rules, words
from .models import Allotment, CashPlan, Drawdown
from .states import ALLOTMENT, DRAWDOWN, PLAN

DRAWN_FOR_A_LOOK = 3


@action
def record_allotment(
    *, program_id: int, fiscal_year: int, source: str, document_no: str, amount_fen: int, by: Actor, at: datetime
) -> Allotment:
    """The budget officer records what a budget document allots; the money moves when another official confirms.

    Raises Refused: YK008 the same document was recorded before, YK005 not the budget office.
    """
    post = by.post
    allotment = Allotment.objects.create(
        program_id=program_id,
        fiscal_year=fiscal_year,
        source=source,
        document_no=document_no,
        amount_fen=amount_fen,
        area_code=post.area_code,
        agency_id=post.agency_id,
    )
    allotment.refresh_from_db()
    ALLOTMENT.take("record", subject=allotment, by=by, at=at, seen_version=0)
    return allotment


@transaction.atomic
def decide_allotment(
    verb: str, *, allotment: Allotment, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> None:
    """Confirm (posts ``allot``: source → available) or send_back. Raises what ``Flow.take`` raises."""
    ALLOTMENT.take(
        verb, subject=allotment, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason
    )
    if verb == "confirm":
        ledger.post(rules.ALLOT, ground_id=allotment.pk, by=by, at=at)
        slots.announce("allotment.confirmed", allotment_id=allotment.pk, by=by, at=at)


@action
def apply_for_plan(*, batch_id: int, declared_fen: int, by: Actor, at: datetime, seen_digest: str) -> CashPlan:
    """The department applies for the money of an approved batch with the amount it declares (I5).

    The declared amount is what the clerk typed: finance compares it with detail and total, so nothing corrects it here.
    Raises Refused: YK008 the batch is not approved, its rows are not as signed, or a plan is under way; YK003.
    """
    batch = batches.batch(batch_id)
    plan = CashPlan.objects.create(
        batch_id=batch.pk, declared_fen=declared_fen, area_code=batch.area_code, agency_id=batch.agency_id
    )
    plan.refresh_from_db()
    PLAN.take("apply", subject=plan, by=by, at=at, seen_version=0, seen_digest=seen_digest)
    slots.announce("cash_plan.applied", cash_plan_id=plan.pk, by=by, at=at)
    return plan


@transaction.atomic
def decide_plan(
    verb: str, *, plan: CashPlan, by: Actor, at: datetime, seen_version: int, seen_digest: str, reason: str = ""
) -> None:
    """Finance verifies (detail = total = declared, I7), approves (posts ``plan``), sends back or withdraws.

    Verbs: verify, approve, send_back, refuse; withdraw undoes an approval that is not drawn (posts ``unplan``).
    Raises Refused: YK008 the three figures differ, the rows are not as signed, or the allotment is too small (the
    sentence names the shortfall); YK006 who prepared any part of the batch; and what ``Flow.take`` raises.
    """
    PLAN.take(verb, subject=plan, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason)
    if verb == "approve":
        ledger.post(rules.PLAN, ground_id=plan.pk, by=by, at=at)
    elif verb == "withdraw":
        ledger.post(rules.UNPLAN, ground_id=plan.pk, by=by, at=at)
    slots.announce(f"cash_plan.{PLAN.step(verb).target}", cash_plan_id=plan.pk, by=by, at=at)


@transaction.atomic
def send_one_back(
    verb: str,
    *,
    plan: CashPlan,
    roster_id: int,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str,
    reason: str,
) -> None:
    """Finance sends a plan back because of one township's roster alone: the reason names it, the others are right.

    The rosters are the department's: its clerk sends that one out of the batch and the rest goes on as the next revision
    by one button (``queries.one_sent_back``). Verbs: send_back, refuse, withdraw. Raises NotFound for a roster of another
    batch, Refused YK007 without a reason, and what ``decide_plan`` raises.
    """
    named = next((one for one in batches.batch_rosters(plan.batch_id) if one["roster_id"] == roster_id), None)
    if named is None or PLAN.step(verb).target != "sent_back":
        raise NotFound
    if not reason.strip():
        raise Refused(words.NO_REASON, code="YK007")
    told = words.ONLY_ONE.format(area=named["area_name"], no=named["roster_no"], reason=reason.strip())
    decide_plan(verb, plan=plan, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=told)


@action
def draw_down(*, plan: CashPlan, voucher_no: str, by: Actor, at: datetime, seen_digest: str) -> Drawdown:
    """The treasury pays the planned money to the department's zero-balance account (I9); posts ``draw``.

    Raises Refused: YK008 the plan is not approved, already drawn, or the voucher was used before; YK003, YK005, YK006.
    """
    drawdown = Drawdown.objects.create(
        cash_plan=plan,
        voucher_no=voucher_no,
        amount_fen=plan.declared_fen,
        area_code=plan.area_code,
        agency_id=plan.agency_id,
    )
    drawdown.refresh_from_db()
    DRAWDOWN.take("make", subject=drawdown, by=by, at=at, seen_version=0, seen_digest=seen_digest)
    ledger.post(rules.DRAW, ground_id=drawdown.pk, by=by, at=at)
    slots.announce("drawdown.made", drawdown_id=drawdown.pk, batch_id=plan.batch_id, by=by, at=at)
    return drawdown


@transaction.atomic
def look_at_some(*, plan: CashPlan, by: Actor, at: datetime) -> list[batches.Drawn]:
    """Draw three entitlements at random for a signer to look at, names masked; who saw whom is recorded."""
    require(by, P.BATCH_SEE, area_code=plan.area_code)
    drawn = batches.drawn_at_random(plan.batch_id, DRAWN_FOR_A_LOOK)
    audit.record(
        "cash_plan.sampled",
        subject=f"cash_plan:{plan.pk}",
        by=by,
        at=at,
        entitlements=[one.entitlement_id for one in drawn],
    )
    return drawn
