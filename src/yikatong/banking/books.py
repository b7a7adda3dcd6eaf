"""Reads of the four books: our lines, the ledger, the bank's results, its statement; by account and day, and by file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any, overload

from django.utils import timezone

from yikatong.core import sql
from yikatong.core.authz import Actor
from yikatong.core.refusals import NotFound
from yikatong.kit import masking
from yikatong.kit.calendar import month_end

from . import queries, words
from .models import Break, ServiceAgreement

# So many lines of a difference are read at a time.
PART_ROWS = 1_000


@dataclass(frozen=True)
class FourBooks:
    """Counts and fen of the same money as the four books have it."""

    line_count: int
    line_fen: int
    posted_count: int
    posted_fen: int
    reported_count: int
    reported_fen: int
    booked_count: int
    booked_fen: int

    @property
    def agree(self) -> bool:
        """Whether all four say the same, in number and sum."""
        counts = {self.line_count, self.posted_count, self.reported_count, self.booked_count}
        return len(counts) == 1 and len({self.line_fen, self.posted_fen, self.reported_fen, self.booked_fen}) == 1

    @property
    def gap_fen(self) -> int:
        """How far the highest of the four sums lies above the lowest."""
        sums = (self.line_fen, self.posted_fen, self.reported_fen, self.booked_fen)
        return max(sums) - min(sums)


@dataclass(frozen=True)
class DayBooks(FourBooks):
    """One account on one day of the bank; ``movement`` is payment or return. ``message_id`` '' is the whole day."""

    agreement_id: int
    day: date
    instruction_id: int | None
    movement: str
    agency_name: str
    provider_name: str
    message_id: str | None
    statement_id: int | None
    break_count: int
    raised_count: int

    @property
    def movement_words(self) -> str:
        """付款, 退回 or 其他扣款."""
        return words.MOVEMENTS[self.movement]

    @property
    def standing(self) -> str:
        """agree, no_statement, named (a break says why) or unnamed."""
        if self.agree:
            return "agree"
        if self.break_count:
            return "named"
        return "unnamed" if self.statement_id else "no_statement"


@dataclass(frozen=True)
class FileBooks(FourBooks):
    """One instruction file over all days. ``line_*`` is what it orders less what failed: what should have arrived."""

    instruction_id: int
    message_id: str
    sealed_at: datetime
    agency_name: str
    provider_name: str
    stands: str
    sent_count: int
    sent_fen: int
    failed_count: int
    failed_fen: int
    returned_count: int
    returned_fen: int

    @property
    def open_count(self) -> int:
        """How many of its payments the bank has not answered."""
        return self.sent_count - self.failed_count - self.reported_count

    @property
    def standing(self) -> str:
        """agree, waits_results, waits_statement or differs."""
        if self.agree:
            return "agree"
        if self.open_count > 0:
            return "waits_results"
        told = (self.line_fen, self.posted_fen) == (self.reported_fen, self.reported_fen)
        return "waits_statement" if told and self.booked_count < self.reported_count else "differs"


@dataclass(frozen=True)
class Headline:
    """What stands over the page: differences that T+1 found and nobody explained, and days that differ without a name."""

    raised_count: int
    unnamed_count: int
    open_count: int

    @property
    def unexplained(self) -> int:
        """0 is the promise (G21)."""
        return self.raised_count + self.unnamed_count


def month_of(written: str, today: date) -> date:
    """The first day of the month written as 2026-11, else of this month."""
    try:
        return date.fromisoformat(f"{written}-01")
    except ValueError:
        return today.replace(day=1)


def day_of(written: str) -> date:
    """The day written as 2026-11-26. Raises NotFound when it is none."""
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise NotFound


def account_of(written: str) -> int | None:
    """The agreement that an address names, else None for all."""
    return int(written) if written.isdecimal() and len(written) < 10 else None


def days_for(actor: Actor, *, month: date, agreement_id: int | None = None) -> list[DayBooks]:
    """A month's days of the actor's accounts, newest first."""
    return _days(_accounts(actor, agreement_id), month, month_end(month), by_file=False)


def day_for(actor: Actor, *, agreement_id: int, day: date) -> list[DayBooks]:
    """One day of one account by file; empty when nothing was booked or it is not the actor's."""
    return _days(_accounts(actor, agreement_id), day, day, by_file=True)


def files_for(actor: Actor, *, month: date, agreement_id: int | None = None) -> list[FileBooks]:
    """The files that were sealed in a month, newest first."""
    accounts = _accounts(actor, agreement_id)
    start = timezone.make_aware(datetime(month.year, month.month, 1))  # noqa: DTZ001  made aware in Asia/Shanghai
    after = month_end(month) + timedelta(days=1)
    end = timezone.make_aware(datetime(after.year, after.month, after.day))  # noqa: DTZ001
    found = sql.rows("banking/book_files", agreements=accounts, since=start, until=end)
    return [_file(row) for row in found]


def headline_for(actor: Actor, days: Iterable[DayBooks], today: date) -> Headline:
    """What T+1 leaves unexplained: everything up to yesterday is looked at."""
    breaks = queries.breaks_for(actor)
    return Headline(
        raised_count=breaks.filter(state="raised", day__lt=today).count(),
        unnamed_count=sum(one.standing in ("unnamed", "no_statement") and one.day < today for one in days),
        open_count=breaks.exclude(state="settled").count(),
    )


def accounts_for(actor: Actor) -> list[ServiceAgreement]:
    """The accounts that an actor may choose from."""
    return list(queries.accounts_for(actor))


class BreakLines(Sequence[dict[str, Any]]):
    """The lines of a difference, names and cards masked, for a Paginator: reads the page it is asked for."""

    def __init__(self, difference: Break) -> None:
        self._difference = difference
        self._years = queries.instructed_years()

    def __len__(self) -> int:
        return self._difference.lines.count()

    def by_the_thousand(self) -> Iterator[dict[str, Any]]:
        """All lines, of which some hundreds are held at a time."""
        for start in range(0, len(self), PART_ROWS):
            yield from self[start : start + PART_ROWS]

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: slice | int) -> list[dict[str, Any]] | dict[str, Any]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop = place.start or 0, place.stop or 0
        found = sql.rows(
            "banking/break_lines", difference=self._difference.pk, after=start, count=max(stop - start, 0),
            years=self._years,
        )  # fmt: skip
        return [_masked(row) for row in found]


def _masked(row: dict[str, Any]) -> dict[str, Any]:
    known = row["payee_name"] is not None
    return row | {
        "payee_name": masking.name(row["payee_name"]) if known else "",
        "card": f"{row['card_prefix']} **** **** {row['card_tail']}" if known else "",
    }


def _accounts(actor: Actor, agreement_id: int | None) -> list[int]:
    found = queries.accounts_for(actor)
    return list((found if agreement_id is None else found.filter(pk=agreement_id)).values_list("pk", flat=True))


def _days(accounts: list[int], since: date, until: date, *, by_file: bool) -> list[DayBooks]:
    found = sql.rows("banking/book_days", agreements=accounts, since=since, until=until, by_file=by_file)
    return [DayBooks(**row) for row in found]


def _file(row: dict[str, Any]) -> FileBooks:
    sent = {"sent_count": row["line_count"], "sent_fen": row["line_fen"]}
    # Of what it orders, what did not fail should have arrived; what is not yet answered is open.
    due = {
        "line_count": row["line_count"] - row["failed_count"],
        "line_fen": row["line_fen"] - row["failed_fen"],
    }
    return FileBooks(**{one.name: (row | sent | due)[one.name] for one in fields(FileBooks)})
