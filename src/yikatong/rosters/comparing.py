"""与上期差异: what a roster pays against what the same place completed last for the same program."""

from dataclasses import dataclass
from typing import Any

from yikatong.core import sql

from . import words
from .models import Roster

PAGE = 50


@dataclass(frozen=True)
class Kind:
    """One kind of difference: its code, its words, how many people, and by how much the money grew, in fen."""

    code: str
    words: str
    count: int
    grown_fen: int


@dataclass(frozen=True)
class Difference:
    """A roster against the one before it. ``same_count`` people stayed as they were."""

    previous: Roster
    kinds: list[Kind]
    same_count: int
    grown_fen: int

    @property
    def changed_count(self) -> int:
        """How many people are not as they were."""
        return sum(kind.count for kind in self.kinds)


def previous_of(roster: Roster) -> Roster | None:
    """The roster that the same place completed last for the same program in an earlier cycle."""
    found = sql.rows("rosters/previous", roster=roster.pk)
    return Roster.objects.select_related("cycle", "agency").get(pk=found[0]["id"]) if found else None


def difference(roster: Roster) -> Difference | None:
    """What changed since the last cycle; None where nothing was completed before."""
    previous = previous_of(roster)
    if previous is None:
        return None
    told = {row["kind"]: row for row in sql.rows("rosters/difference_counts", before=previous.pk, after=roster.pk)}
    kinds = [
        Kind(code, said, told[code]["count"], told[code]["after_fen"] - told[code]["before_fen"])
        for code, said in words.DIFFERENCES.items()
        if code in told
    ]
    grown = sum(row["after_fen"] - row["before_fen"] for row in told.values())
    return Difference(previous, kinds, told["same"]["count"] if "same" in told else 0, grown)


def changed_people(roster: Roster, previous: Roster, *, kind: str = "", page: int | None = 1) -> list[dict[str, Any]]:
    """The people that changed, a page of them or, with None, all; the greatest change of money first."""
    bounds = (
        {"rows_max": None, "rows_before": 0} if page is None else {"rows_max": PAGE, "rows_before": (page - 1) * PAGE}
    )
    rows = sql.rows("rosters/difference_lines", before=previous.pk, after=roster.pk, kind=kind, **bounds)
    return [row | {"words": words.DIFFERENCES[row["kind"]]} for row in rows]
