"""What a department does with sealed rosters: accept, send back, assemble, review, approve, take one roster out."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from yikatong.core import audit, authz, slots, sql
from yikatong.core.acting import action
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound, Refused
from yikatong.rosters import actions as rosters

from . import queries, words
from .models import PaymentBatch, RosterAcceptance
from .queries import Drawn, SealedRoster
from .states import ACCEPTANCE, BATCH, ONE_BACK

DRAWN_FOR_A_LOOK = 3


@action
def accept(*, roster: SealedRoster, by: Actor, at: datetime, seen_digest: str) -> RosterAcceptance:
    """The department accepts one sealed roster, bound to the digest on the signer's page (F4, F6).

    Raises Refused: YK003 another digest than the one seen, YK008 not sealed, altered since, or already accepted.
    """
    acceptance = RosterAcceptance.objects.create(
        roster_id=roster.roster_id,
        notice_id=roster.notice_id,
        cycle_id=roster.cycle_id,
        area_code=roster.area_code,
        agency_id=roster.agency_id,
    )
    acceptance.refresh_from_db()
    ACCEPTANCE.take("accept", subject=acceptance, by=by, at=at, seen_version=0, seen_digest=seen_digest)
    slots.announce("roster.accepted", roster_id=roster.roster_id, by=by, at=at)
    return acceptance


@transaction.atomic
def send_back_roster(*, roster: SealedRoster, by: Actor, at: datetime, reason: str) -> None:
    """The department sends one roster that is in no batch back to its township (F9); its acceptance, if any, ends.

    Raises Refused: YK008 it is in a batch, YK007 without a reason.
    """
    authz.require(by, P.ROSTER_SEND_BACK, area_code=roster.area_code, agency_id=roster.agency_id)
    if not reason.strip():
        raise Refused(words.NO_REASON, code="YK007")
    held = RosterAcceptance.objects.filter(roster_id=roster.roster_id, state="accepted").first()
    if held is not None:
        ACCEPTANCE.take("send_back", subject=held, by=by, at=at, seen_version=held.version, reason=reason)
    rosters.send_back(roster_id=roster.roster_id, by=by, at=at, reason=reason)


@transaction.atomic
def assemble(
    *, cycle_id: int, roster_ids: Sequence[int], by: Actor, at: datetime, replacing: PaymentBatch | None = None
) -> PaymentBatch:
    """Freeze the payable lines of accepted rosters of one cycle into a batch, computed in the database (F7).

    Raises Refused: YK040 nothing chosen, not accepted, altered since the seal, or somebody would be due twice (the
    sentence says who and in which batch), YK005 not this department's clerk.
    """
    superseded = replacing.pk if replacing else None
    batch_id: int = sql.call("batches_assemble", cycle_id, list(roster_ids), superseded, by.official_id, at)
    batch = PaymentBatch.objects.get(pk=batch_id)
    slots.announce("batch.assembled", batch_id=batch.pk, by=by, at=at)
    return batch


@transaction.atomic
def take(
    verb: str,
    *,
    batch: PaymentBatch,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str,
    reason: str = "",
) -> None:
    """Take a step of the batch's flow: review, approve, send_back, refuse, resubmit or void.

    Review and approval recompute count, total and digest from the rows and ask every roster for its digest again.
    Raises Refused: YK003 another digest than the one seen, YK006 four eyes, YK008 the rows do not agree, and what
    ``Flow.take`` raises. Voiding frees the people and the rosters; a live cash plan refuses it (YK050).
    """
    BATCH.take(verb, subject=batch, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason)
    slots.announce(f"batch.{BATCH.step(verb).target}", batch_id=batch.pk, by=by, at=at)


@transaction.atomic
def send_roster_out(
    *,
    batch: PaymentBatch,
    roster: SealedRoster,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str,
    reason: str,
) -> PaymentBatch | None:
    """Send one roster out of a batch whose money is not planned: void it, refreeze the rest as its next revision.

    All signatures of the old batch are void with it; the new one is to be reviewed and approved again. Returns the
    new batch, or None when no roster is left. Raises Refused as ``take`` and ``assemble`` do.
    """
    standing = list(batch.acceptances.order_by("roster_id").values_list("roster_id", flat=True))
    if roster.roster_id not in standing:
        raise NotFound(words.NOT_IN_THIS_BATCH)
    take("void", batch=batch, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason)
    send_back_roster(roster=roster, by=by, at=at, reason=reason)
    rest = [one for one in standing if one != roster.roster_id]
    if not rest:
        return None
    return assemble(cycle_id=batch.cycle_id, roster_ids=rest, by=by, at=at, replacing=batch)


@transaction.atomic
def send_one_back(
    *,
    batch: PaymentBatch,
    roster: SealedRoster,
    by: Actor,
    at: datetime,
    seen_version: int,
    seen_digest: str,
    reason: str,
) -> None:
    """A reviewer, or who approves, sends one township's roster of several back to it, with the reason.

    The batch is void with its signatures; its facts stay. The other rosters stay accepted and wait for the clerk to
    assemble them as the next revision (``assemble_rest``): who prepares signs the very digest that is paid (F6).
    Raises Refused: YK002 somebody was quicker (an approval, for one), YK004 too late for that, and what ``take`` raises.
    """
    step = ONE_BACK.get(batch.state)
    if step is None:
        raise Refused(words.TOO_LATE_FOR_ONE, code="YK004")
    if not batch.acceptances.filter(roster_id=roster.roster_id).exists():
        raise NotFound(words.NOT_IN_THIS_BATCH)
    take(step.verb, batch=batch, by=by, at=at, seen_version=seen_version, seen_digest=seen_digest, reason=reason)
    send_back_roster(roster=roster, by=by, at=at, reason=reason)


@transaction.atomic
def assemble_rest(*, batch: PaymentBatch, roster_ids: Sequence[int], by: Actor, at: datetime) -> PaymentBatch:
    """The clerk assembles what is left of a batch out of which one roster was sent back, as its next revision.

    ``roster_ids`` is what the clerk's page showed. Raises Refused: YK040 one of them is free no more, or nothing is left.
    """
    left = {one.roster_id for one in queries.rest_of(batch)}
    if not left or set(roster_ids) != left:
        raise Refused(words.REST_IS_ANOTHER, code="YK040")
    return assemble(cycle_id=batch.cycle_id, roster_ids=sorted(left), by=by, at=at, replacing=batch)


@transaction.atomic
def look_at_some(*, batch: PaymentBatch, by: Actor, at: datetime) -> list[Drawn]:
    """Draw three entitlements at random for a signer to look at, names masked; who saw whom is recorded."""
    authz.require(by, P.BATCH_SEE, area_code=batch.area_code)
    drawn = queries.drawn_at_random(batch.pk, DRAWN_FOR_A_LOOK)
    seen = [one.entitlement_id for one in drawn]
    audit.record("payment_batch.sampled", subject=f"payment_batch:{batch.pk}", by=by, at=at, entitlements=seen)
    return drawn
