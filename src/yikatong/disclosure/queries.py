"""Reads of this room; ``*_for(actor, …)`` is the only way in."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit import masking

from .models import PaidNotice, SmsMessage, TwoWayVerification


@dataclass(frozen=True)
class Deliveries:
    """What became of a notice's messages."""

    notice_id: int
    message_count: int
    written_count: int
    no_mobile_count: int

    @property
    def waiting_count(self) -> int:
        """How many nobody has handed over yet."""
        return self.message_count - self.written_count - self.no_mobile_count


@dataclass(frozen=True)
class VillageTotal:
    """What was really paid in one village, in fen; ``returned_count`` came back after the facts were recorded.

    ``recovered_fen`` of ``total_fen`` was wrongly paid and has been recovered since (K5).
    """

    township_code: str
    village_code: str
    township_name: str
    village_name: str
    count: int
    total_fen: int
    returned_count: int
    recovered_fen: int


@dataclass(frozen=True)
class PaidLine:
    """One person who was paid; the name has an asterisk in it already."""

    masked_name: str
    group_no: str
    amount_fen: int
    booked_on: date
    recovered_fen: int


def notices_for(actor: Actor) -> QuerySet[PaidNotice]:
    """Recorded paid facts that the actor may see, newest first."""
    return PaidNotice.objects.filter(_visible(actor)).select_related("request__batch__program", "agency")


def notice_for(actor: Actor, request_no: str) -> PaidNotice:
    """The paid facts of one payment request. Raises NotFound."""
    found = notices_for(actor).filter(request__no=request_no).first()
    if found is None:
        raise NotFound
    return found


def notice_of_batch(batch_id: int) -> PaidNotice | None:
    """The newest paid facts of a batch, for the ribbon."""
    return PaidNotice.objects.filter(request__batch_id=batch_id).first()


def deliveries(notice_ids: list[int]) -> dict[int, Deliveries]:
    """What became of the messages, by notice."""
    return {row["notice_id"]: Deliveries(**row) for row in sql.rows("disclosure/deliveries", notices=notice_ids)}


def village_totals(notice: PaidNotice) -> list[VillageTotal]:
    """What was really paid by village; together they are the notice's total less what came back."""
    found = sql.rows("disclosure/village_totals", notice=notice.pk, year=notice.request.fiscal_year)
    return [VillageTotal(**row) for row in found]


def village_lines(
    notice: PaidNotice, village_code: str, *, rows_max: int | None = None, rows_before: int = 0
) -> list[PaidLine]:
    """The people of one village, by group, all or some."""
    found = sql.rows(
        "disclosure/village_lines", notice=notice.pk, year=notice.request.fiscal_year, village=village_code,
        rows_max=rows_max, rows_before=rows_before,
    )  # fmt: skip
    return [_line(row) for row in found]


def verification_of(notice: PaidNotice) -> TwoWayVerification | None:
    """The newest verification of published against credited, for whoever may see the notice."""
    return notice.verifications.first()


def verifications_for(actor: Actor) -> list[tuple[PaidNotice, TwoWayVerification | None]]:
    """Each of the actor's notices with its newest verification, newest first."""
    newest = TwoWayVerification.objects.filter(notice_id=OuterRef("pk")).order_by("-id").values("pk")[:1]
    notices = list(notices_for(actor).annotate(newest_id=Subquery(newest)))
    found = TwoWayVerification.objects.in_bulk([one.newest_id for one in notices if one.newest_id])
    return [(one, found.get(one.newest_id)) for one in notices]


def messages_for(actor: Actor, notice: PaidNotice) -> QuerySet[SmsMessage]:
    """The messages of a notice that the actor may see, with their people and deliveries."""
    mine = notices_for(actor).filter(pk=notice.pk)
    return SmsMessage.objects.filter(notice__in=mine).select_related("person", "delivery")


def _line(row: dict[str, Any]) -> PaidLine:
    return PaidLine(
        masking.name(row["name"]), row["group_no"], row["amount_fen"], row["booked_on"], row["recovered_fen"]
    )


def _visible(actor: Actor) -> Q:
    return authz.visible(actor, [P.PAID_FACTS_SEE], area_field="area_code", agency_field="agency_id")
