"""Reads of this room; ``*_for(actor, …)`` is the only way in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.models import Decision
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit import masking

from .models import BatchRoster, PaymentBatch, RosterAcceptance

_FREE = BatchRoster.objects.filter(acceptance__state="accepted", acceptance__batch__isnull=True)
# What later rooms call the batch that these queries answer.
Batch = PaymentBatch


@dataclass(frozen=True)
class SealedRoster:
    """A roster with a sealed notice, or one that the department has accepted. Amounts in fen.

    ``count`` and ``total_fen`` are what would be paid; ``held_count`` and ``held_fen`` what objections keep out.
    ``agency_id`` is the managing department's. ``acceptance_id``/``batch_no`` are None/'' until there is one.
    """

    roster_id: int
    roster_no: str
    notice_id: int
    cycle_id: int
    cycle_no: str
    program_name: str
    area_code: str
    area_name: str
    agency_id: int
    digest: str
    until_on: date
    pay_due_on: date
    count: int
    total_fen: int
    held_count: int
    held_fen: int
    acceptance_id: int | None
    batch_id: int | None
    batch_no: str


@dataclass(frozen=True)
class TownshipLine:
    """One township of a batch: what its sealed rosters say and what was frozen, in fen."""

    township_code: str
    township_name: str
    count: int
    village_count: int
    roster_count: int
    roster_fen: int
    frozen_fen: int

    @property
    def difference_fen(self) -> int:
        """Frozen less sealed; zero when they agree."""
        return self.frozen_fen - self.roster_fen


@dataclass(frozen=True)
class Conflict:
    """Somebody who cannot be due now: already due in batch ``batch_no``, or ('' there) chosen twice."""

    roster_no: str
    person_name: str
    person_occasion: str
    batch_no: str


@dataclass(frozen=True)
class Drawn:
    """One entitlement drawn at random for a signer to look at; the name is masked."""

    entitlement_id: int
    masked_name: str
    township_name: str
    village_name: str
    amount_fen: int


def sealed_rosters_for(actor: Actor, *, cycle_no: str = "") -> list[SealedRoster]:
    """Sealed rosters of the actor's department that are in no batch yet, by cycle and township."""
    found = _sealed(None)
    return [one for one in found if one.batch_id is None and _may_accept(actor, one) and cycle_no in ("", one.cycle_no)]


def sealed_roster_for(actor: Actor, roster_id: int) -> SealedRoster:
    """One sealed roster of the actor's department, in a batch or not. Raises NotFound."""
    for one in _sealed(roster_id):
        if _may_accept(actor, one):
            return one
    raise NotFound


def roster_in(batch: PaymentBatch, roster_id: int) -> SealedRoster:
    """A roster that stands in a batch which the actor has come by through ``batch_for``. Raises NotFound."""
    for one in _sealed(roster_id):
        if one.batch_id == batch.pk:
            return one
    raise NotFound


def to_renew_for(actor: Actor) -> QuerySet[PaymentBatch]:
    """Void batches out of which one roster was sent back, whose other rosters still wait to be assembled anew."""
    taken_out = Decision.objects.filter(flow="payment_batch", verb__in=("take_out", "take_out_reviewed"))
    waiting = batches_for(actor).filter(
        pk__in=taken_out.values("subject_id"), state="void", superseded_by__isnull=True, rosters__in=_FREE
    )
    return waiting.distinct()


def rest_of(batch: PaymentBatch) -> list[BatchRoster]:
    """The rosters of such a batch that are still accepted and stand in no other."""
    return list(batch.rosters.filter(pk__in=_FREE).select_related("roster__agency").order_by("roster_id"))


def acceptances_for(actor: Actor) -> QuerySet[RosterAcceptance]:
    """What the actor's department said about sealed rosters, newest first."""
    rosters = RosterAcceptance.objects.filter(_visible(actor)).order_by("-id")
    return rosters.select_related("roster__program", "roster__cycle", "agency")


def batches_for(actor: Actor) -> QuerySet[PaymentBatch]:
    """The batches the actor may see: departments their own, finance and audit their area's; newest first."""
    return PaymentBatch.objects.filter(_visible(actor)).select_related("program", "cycle", "agency").order_by("-id")


def batch_for(actor: Actor, no: str) -> PaymentBatch:
    """The batch of that number. Raises NotFound."""
    batch = batches_for(actor).filter(no=no).first()
    if batch is None:
        raise NotFound
    return batch


def batch(batch_id: int) -> PaymentBatch:
    """The batch with that id, for later rooms that have decided who may see it."""
    return PaymentBatch.objects.select_related("program", "cycle", "agency").get(pk=batch_id)


def batch_of_roster(roster_id: int) -> int | None:
    """The id of the live batch that a roster stands in, or None."""
    held = RosterAcceptance.objects.filter(roster_id=roster_id, batch__isnull=False)
    return held.values_list("batch_id", flat=True).first()


def batch_of_subject(subject: dict[str, Any]) -> int | None:
    """The batch that a ribbon's subject means: its own (``batch_id``) or the one its roster (``roster_id``) stands in."""
    if subject.get("batch_id"):
        return int(subject["batch_id"])
    return batch_of_roster(subject["roster_id"]) if subject.get("roster_id") else None


def township_lines(batch_id: int) -> list[TownshipLine]:
    """Per township: sealed rosters' sums beside the frozen sums, both added up from the lines when they were frozen."""
    return [TownshipLine(**row) for row in sql.rows("batches/township_lines", batch=batch_id)]


def batch_rosters(batch_id: int) -> list[dict[str, Any]]:
    """The rosters of a batch: roster_id, roster_no, area_name, count, total_fen, held_count, held_fen, digest, stands,
    has_previous.
    """
    return sql.rows("batches/batch_rosters", batch=batch_id)


def conflicts(roster_ids: Sequence[int]) -> list[Conflict]:
    """Who of these rosters is already due, or chosen twice; empty when the rosters may be assembled."""
    return [Conflict(**row) for row in sql.rows("batches/conflicts", rosters=list(roster_ids))]


def drawn_at_random(batch_id: int, how_many: int) -> list[Drawn]:
    """Entitlements of a batch drawn at random, names masked. The action that shows them records the draw."""
    return [
        Drawn(masked_name=masking.name(row.pop("name")), **row)
        for row in sql.rows("batches/drawn_at_random", batch=batch_id, how_many=how_many)
    ]


def _sealed(roster_id: int | None) -> list[SealedRoster]:
    return [SealedRoster(**row) for row in sql.rows("batches/sealed_rosters", roster=roster_id)]


def _may_accept(actor: Actor, roster: SealedRoster) -> bool:
    return any(
        roster.area_code.startswith(post.area_prefix) and post.agency_id == roster.agency_id
        for post in actor.posts_with(P.ROSTER_ACCEPT)
    )


def _visible(actor: Actor) -> Q:
    return authz.visible(actor, [P.BATCH_SEE], area_field="area_code", agency_field="agency_id")
