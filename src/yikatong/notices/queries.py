"""Reads of the notices. Village detail shows masked names and no digit of an ID or card number (H1, H2, L11)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.models import Area
from yikatong.core.permissions import P, Role
from yikatong.core.refusals import NotFound
from yikatong.kit import masking, money
from yikatong.rosters import queries as rosters

from .models import NoticeProof, Objection, PublicNotice


@dataclass(frozen=True)
class VillageTotal:
    """What the township's board shows for one village. Amounts in fen; ``held_*`` is what objections keep out."""

    village_code: str
    name: str
    township: str
    count: int
    total_fen: int
    held_count: int
    held_fen: int


@dataclass(frozen=True)
class DetailLine:
    """One row of a village's board: masked name, group, quantity as written, rate and amount in fen."""

    row_key: str
    masked_name: str
    group_no: str
    quantity: str
    rate_fen: int | None
    amount_fen: int
    held: bool


def notices_for(actor: Actor) -> QuerySet[PublicNotice]:
    """Notices in the actor's area, newest first; a village cadre's are those of the own township and county."""
    seen = authz.visible(
        actor, (P.ROSTER_SEE, P.NOTICE_SEAL), area_field="area_code", agency_field="roster__cycle__agency_id"
    )
    for post in actor.posts_with(P.NOTICE_PROVE):
        if post.role is Role.VILLAGE_CADRE:
            village = post.area_code
            seen |= Q(area_code__in=(village[:9].ljust(12, "0"), village[:6].ljust(12, "0")))
    return PublicNotice.objects.filter(seen).select_related("roster__program", "roster__cycle", "agency")


def notice_for(actor: Actor, notice_id: int) -> PublicNotice:
    """One notice. Raises NotFound."""
    found = notices_for(actor).filter(pk=notice_id).first()
    if found is None:
        raise NotFound
    return found


def waiting_rosters_for(actor: Actor) -> QuerySet[Any]:
    """Completed rosters of the actor's own agency that hang on no board yet."""
    live = PublicNotice.objects.filter(state__in=("posted", "sealed")).values("roster_id")
    agencies = [post.agency_id for post in actor.posts_with(P.NOTICE_POST)]
    return rosters.rosters_for(actor).filter(state="completed", agency_id__in=agencies).exclude(pk__in=live)


def villages(notice: PublicNotice, actor: Actor | None = None) -> list[VillageTotal]:
    """Totals of every village (H2), in order of code; for a village cadre the own village only."""
    totals = roster_villages(notice.roster)
    own = _own_villages(actor)
    return [total for total in totals if own is None or total.village_code in own]


def village_total(notice: PublicNotice, village_code: str, actor: Actor) -> VillageTotal:
    """What the board of one village adds up to. Raises NotFound, also for another cadre's village."""
    found = next((total for total in villages(notice, actor) if total.village_code == village_code), None)
    if found is None:
        raise NotFound
    return found


def detail(
    notice: PublicNotice,
    village_code: str,
    actor: Actor | None = None,
    *,
    rows_max: int | None = None,
    rows_before: int = 0,
) -> list[DetailLine]:
    """The rows of one village as the village's board shows them, all or some. Raises NotFound for another cadre's village."""
    _require_own(village_code, actor)
    name = "village_lines" if notice.roster.state in rosters.STANDING else "village_lines_by_line"
    bounds = {"rows_max": rows_max, "rows_before": rows_before}
    return [_line(row) for row in sql.rows(f"notices/{name}", roster=notice.roster_id, village=village_code, **bounds)]


def board_line(notice: PublicNotice, row_key: str, actor: Actor) -> tuple[str, DetailLine]:
    """The village of one row of a notice and the row itself. Raises NotFound, also for another cadre's village."""
    found = sql.rows("notices/board_line", roster=notice.roster_id, row_key=row_key)
    if not found:
        raise NotFound
    village_code: str = found[0].pop("village_code")
    _require_own(village_code, actor)
    return village_code, _line(found[0])


def _require_own(village_code: str, actor: Actor | None) -> None:
    own = _own_villages(actor)
    if own is not None and village_code not in own:
        raise NotFound


def _own_villages(actor: Actor | None) -> set[str] | None:
    """The villages a cadre is bound to; None for everybody else."""
    if actor is None or any(post.role is not Role.VILLAGE_CADRE for post in actor.posts):
        return None
    return {post.area_code for post in actor.posts}


def _line(row: dict[str, Any]) -> DetailLine:
    quantity = row.pop("quantity")
    return DetailLine(
        masked_name=masking.name(row.pop("name")),
        quantity="" if quantity is None else money.format_quantity(quantity),
        **row,
    )


def area_name(code: str) -> str:
    """The name of an area, or its code if it is not loaded."""
    found = Area.objects.filter(pk=code).values_list("name", flat=True).first()
    return found or code


def objections_for(actor: Actor) -> QuerySet[Objection]:
    """Objections in the actor's area, newest first."""
    seen = authz.visible(
        actor,
        (P.ROSTER_SEE, P.OBJECTION_RECORD, P.OBJECTION_DECIDE),
        area_field="area_code",
        agency_field="roster__cycle__agency_id",
    )
    return Objection.objects.filter(seen).select_related("notice", "line", "roster__program", "agency").order_by("-id")


def objection_for(actor: Actor, objection_id: int) -> Objection:
    """One objection. Raises NotFound."""
    found = objections_for(actor).filter(pk=objection_id).first()
    if found is None:
        raise NotFound
    return found


def proof_for(actor: Actor, notice: PublicNotice, proof_id: int) -> NoticeProof:
    """One proof of a notice, with its file; a cadre sees the own village's. Raises NotFound."""
    own = _own_villages(actor)
    found = notice.proofs.select_related("file").filter(pk=proof_id).first()
    if found is None or (own is not None and found.village_code not in own):
        raise NotFound
    return found


def proofs_of(notice: PublicNotice, actor: Actor) -> list[NoticeProof]:
    """The proofs of a notice with ``board`` (whose board it shows); a cadre sees the own village's."""
    own = _own_villages(actor)
    found = notice.proofs.select_related("file", "added_by").defer("file__content")
    proofs = [proof for proof in found if own is None or proof.village_code in own]
    for proof in proofs:
        proof.board = area_name(proof.village_code or notice.area_code)  # type: ignore[attr-defined]
    return proofs


def roster_villages(roster: Any) -> list[VillageTotal]:
    """What a notice of this roster shows, or would show, by village."""
    name = "village_totals" if roster.state in rosters.STANDING else "village_totals_by_line"
    return [VillageTotal(**row) for row in sql.rows(f"notices/{name}", roster=roster.pk)]


def masked(name: str) -> str:
    """A name as boards show it."""
    return masking.name(name)
