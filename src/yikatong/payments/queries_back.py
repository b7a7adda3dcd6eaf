"""Reads of the ways back: what lies in suspense by age, what is recovered, what is still owed, and the months' ends."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit import calendar
from yikatong.ledger.models import Transfer

from . import queries, rules, words
from .models import MonthEnd, Recovery, RecoveryReceipt

# Days of the ages 0 to 3; the last one is open.
AGES: tuple[tuple[int, int | None], ...] = ((0, 30), (31, 60), (61, 90), (91, None))
SEES_MONTH_ENDS = (P.MONTH_END_PREPARE, P.MONTH_END_SIGN, P.AUDIT_SEE)


@dataclass(frozen=True)
class AgeCell:
    """Money of one age: payments and fen, and what of them is past its day."""

    count: int = 0
    total_fen: int = 0
    overdue_count: int = 0
    overdue_fen: int = 0

    def plus(self, other: "AgeCell") -> "AgeCell":
        """Both together."""
        return AgeCell(
            self.count + other.count,
            self.total_fen + other.total_fen,
            self.overdue_count + other.overdue_count,
            self.overdue_fen + other.overdue_fen,
        )


@dataclass(frozen=True)
class AgeRow:
    """One row of the list of ages: its name, a cell an age, and all of them together."""

    name: str
    cells: tuple[AgeCell, ...]
    whole: AgeCell


@dataclass(frozen=True)
class Ageing:
    """账龄: what lies in suspense, and what the ledger says of the same batches, in fen."""

    whole: AgeRow
    by_cause: list[AgeRow]
    by_agency: list[AgeRow]
    by_township: list[AgeRow]
    ledger_fen: int

    @property
    def difference_fen(self) -> int:
        """The ledger less the lines; zero when no fen is without a line."""
        return self.ledger_fen - self.whole.whole.total_fen


def ageing_for(actor: Actor, today: date) -> Ageing:
    """The list of ages of all money in suspense that the actor may see, with the ledger's balance beside it."""
    unsettled = queries.unsettled_for(actor)
    rows = [
        row
        for year, chosen in unsettled.items()
        for row in sql.rows("payments/ageing", batches=chosen, year=year, today=today)
    ]
    balance = sql.one("payments/suspense_balance", batches=[one for chosen in unsettled.values() for one in chosen])
    tables = {name: _age_rows([row for row in rows if row["dimension"] == name]) for name in _DIMENSIONS}
    whole = tables["all"][0] if tables["all"] else AgeRow("", (AgeCell(),) * len(AGES), AgeCell())
    return Ageing(whole, tables["cause"], tables["agency"], tables["township"], balance["ledger_fen"])


_DIMENSIONS = ("all", "cause", "agency", "township")


def _age_rows(rows: list[dict[str, Any]]) -> list[AgeRow]:
    found: dict[str, list[AgeCell]] = {}
    for row in rows:
        cells = found.setdefault(row["name"], [AgeCell()] * len(AGES))
        cell = AgeCell(row["count"], row["total_fen"], row["overdue_count"], row["overdue_fen"])
        cells[row["age"]] = cells[row["age"]].plus(cell)
    return [AgeRow(words.CAUSES.get(name, name), tuple(cells), _together(cells)) for name, cells in found.items()]


def _together(cells: list[AgeCell]) -> AgeCell:
    whole = AgeCell()
    for cell in cells:
        whole = whole.plus(cell)
    return whole


@dataclass(frozen=True)
class YearEnd:
    """年末清退 of one year: what has to be back in the treasury by its end (columns: sql/year_end), and what is; fen."""

    year: int
    rows: list[dict[str, Any]]
    refunded_count: int
    refunded_fen: int

    @property
    def count(self) -> int:
        """Pieces of money that still lie in suspense."""
        return sum(row["count"] for row in self.rows)

    @property
    def total_fen(self) -> int:
        """What they add up to."""
        return sum(row["total_fen"] for row in self.rows)


def year_end_for(actor: Actor, today: date) -> YearEnd:
    """What the actor may see of the money that goes back to the treasury in a year (K2), also what is late from before."""
    year_end = calendar.year_end(today)
    rows = [
        row
        for year, chosen in queries.unsettled_for(actor).items()
        for row in sql.rows("payments/year_end", batches=chosen, year=year, year_end=year_end)
    ]
    for row in rows:
        row["cause_words"] = words.CAUSES[row["cause"]]
        row["reason_words"] = words.REASONS[row["reason"]]
        # What is held or on its way already needs no refund of the clerk's.
        row["may_refund"] = row["reason"] not in (*rules.Hold, "received")
    refunds = queries.refunds_for(actor).filter(state="approved", cause="uncorrectable", due_on=year_end)
    done = refunds.aggregate(count=Sum("count"), total_fen=Sum("total_fen"))
    return YearEnd(today.year, rows, done["count"] or 0, done["total_fen"] or 0)


def suspense_lines_for(actor: Actor) -> list[dict[str, Any]]:
    """Each piece of money in suspense that the actor may see, for the exported list (columns: sql/suspense_lines)."""
    seen = _unsettled_batches(actor)
    return sql.rows("payments/suspense_lines", batches=seen) if seen else []


def recoveries_for(actor: Actor) -> QuerySet[Recovery]:
    """The recoveries the actor may see, newest first."""
    return Recovery.objects.filter(queries.visible(actor)).select_related("batch__program", "agency")


def recovery_for(actor: Actor, no: str) -> Recovery:
    """The recovery of that number. Raises NotFound."""
    found = recoveries_for(actor).filter(no=no).first()
    if found is None:
        raise NotFound
    return found


def receipts_for(actor: Actor) -> QuerySet[RecoveryReceipt]:
    """The receipts the actor may see."""
    seen = RecoveryReceipt.objects.filter(queries.visible(actor))
    return seen.select_related("recovery__batch__program", "agency")


def receipt_for(actor: Actor, receipt_id: int) -> RecoveryReceipt:
    """One receipt. Raises NotFound."""
    found = receipts_for(actor).filter(pk=receipt_id).first()
    if found is None:
        raise NotFound
    return found


def recovery_rows(recoveries: QuerySet[Recovery], today: date) -> list[dict[str, Any]]:
    """Recoveries with their people and what came in (columns: sql/recoveries)."""
    ids = list(recoveries.values_list("id", flat=True))
    rows = sql.rows("payments/recoveries", recoveries=ids, today=today)
    for row in rows:
        row["left_fen"] = row["amount_fen"] - row["received_fen"] if row["state"] == "approved" else 0
        row["cause_words"] = Recovery.Cause(row["cause"]).label
    return rows


def credited_like(batch_id: int, name: str) -> list[dict[str, Any]]:
    """At most 50 credited payments of a batch whose payee's name begins so, with what is free to be demanded back."""
    # A percent sign or underscore in a name is a letter, not a pattern.
    plain = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = sql.rows("payments/credited", batch=batch_id, beginning=plain)
    return [{**row, "free_fen": row["amount_fen"] - row["demanded_fen"]} for row in rows]


def receipts_held_for(actor: Actor, *, batch_id: int | None = None) -> list[dict[str, Any]]:
    """Confirmed receipts that no refund takes to the treasury yet (columns: sql/receipts_held)."""
    seen = [one for one in _unsettled_batches(actor) if batch_id in (None, one)]
    return sql.rows("payments/receipts_held", batches=seen) if seen else []


def owed_for(actor: Actor) -> list[dict[str, Any]]:
    """补发台账: refunded as uncorrectable, with what stands in the way of paying it after all (columns: sql/owed)."""
    refunds = queries.refunds_for(actor).filter(state="approved", cause="uncorrectable")
    chosen = list(refunds.values_list("id", flat=True))
    rows = sql.rows("payments/owed", refunds=chosen) if chosen else []
    for row in rows:
        told = words.WAITS.get(row["obstacle"] or "", "")
        row["waits_words"] = "" if row["batch_no"] else told.format(day=row["usable_on"])
        row["state_words"] = words.PAYMENT_STATES.get(row["late_state"], "")
    return rows


def month_ends_for(actor: Actor) -> QuerySet[MonthEnd]:
    """The months' tables of the actor's county, newest first."""
    seen = authz.visible(actor, SEES_MONTH_ENDS, area_field="area_code")
    return MonthEnd.objects.filter(seen).select_related("agency")


def month_end_for(actor: Actor, month_end_id: int) -> MonthEnd:
    """One of them. Raises NotFound."""
    found = month_ends_for(actor).filter(pk=month_end_id).first()
    if found is None:
        raise NotFound
    return found


def month_end_lines(month_end: MonthEnd) -> list[dict[str, Any]]:
    """Each fen of a month's table with its owner and reason (columns: sql/month_end_lines)."""
    rows = sql.rows("payments/month_end_lines", month_end=month_end.pk)
    for row in rows:
        row["cause_words"] = words.CAUSES[row["cause"]]
        row["reason_words"] = words.REASONS[row["reason"]]
    return rows


def month_to_end(actor: Actor, today: date) -> tuple[int, int] | None:
    """The earliest of the last twelve months that is over and has no table in the actor's county, as (year, month).

    None when each has one. Months before any money was sent have nothing to tell.
    """
    counties = [post.area_code for post in actor.posts]
    sent = Transfer.objects.filter(kind="send", source__county_code__in=counties).order_by("business_at").first()
    if sent is None:
        return None
    begun = timezone.localtime(sent.business_at)
    done = set(month_ends_for(actor).exclude(state="sent_back").values_list("year", "month"))
    this = today.year * 12 + today.month - 1
    waiting = (divmod(one, 12) for one in range(max(begun.year * 12 + begun.month - 1, this - 12), this))
    return next(((year, month + 1) for year, month in waiting if (year, month + 1) not in done), None)


def _unsettled_batches(actor: Actor) -> list[int]:
    return [one for those in queries.unsettled_for(actor).values() for one in those]
