"""与上期差异: what a roster pays against what the same place completed last for the same program.

Compared person by person when somebody asks; a long roster in the background, once for what its latest round found.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.core import sql, tasks
from yikatong.core.authz import Actor
from yikatong.core.models import TaskRun

from . import words
from .models import Roster

PAGE = 50
# A roster of more payable lines is compared in the background.
COMPARED_AT_ONCE = 5_000
# So many people of each kind are kept for the pages then; all of them are in the exported list.
KEPT_PEOPLE = 1_000


@dataclass(frozen=True)
class Kind:
    """One kind of difference: its code, its words, how many people, and by how much the money grew, in fen."""

    code: str
    words: str
    count: int
    grown_fen: int


@dataclass(frozen=True)
class Difference:
    """A roster against the one before it. ``same_count`` people stayed as they were.

    ``comparison_id`` is the one that was made in the background, None where it was compared now.
    """

    previous: Roster
    kinds: list[Kind]
    same_count: int
    grown_fen: int
    comparison_id: int | None

    @property
    def changed_count(self) -> int:
        """How many people are not as they were."""
        return sum(kind.count for kind in self.kinds)

    @property
    def shown_max(self) -> int | None:
        """How many people of a kind the pages show, None for all."""
        return None if self.comparison_id is None else KEPT_PEOPLE


def previous_of(roster: Roster) -> Roster | None:
    """The roster that the same place completed last for the same program in an earlier cycle."""
    found = sql.rows("rosters/previous", roster=roster.pk)
    return Roster.objects.select_related("cycle", "agency").get(pk=found[0]["id"]) if found else None


def difference(roster: Roster, previous: Roster) -> Difference | None:
    """What changed since ``previous``; None where a long roster was not compared yet (``start``)."""
    found = {"before": previous.pk, "after": roster.pk}
    if not any(map(_is_long, (roster, previous))):
        return _told(previous, sql.rows("rosters/difference_counts", **found), None)
    rows = sql.rows("rosters/kept_difference", **found)
    return _told(previous, rows, rows[0]["comparison_id"]) if rows else None


def _is_long(roster: Roster) -> bool:
    found = sql.rows("rosters/match_results", roster=roster.pk)
    return bool(sum(row["count"] for row in found) > COMPARED_AT_ONCE)


def _told(previous: Roster, rows: list[dict[str, Any]], comparison_id: int | None) -> Difference:
    told = {row["kind"]: row for row in rows}
    kinds = [
        Kind(code, said, told[code]["count"], told[code]["after_fen"] - told[code]["before_fen"])
        for code, said in words.DIFFERENCES.items()
        if code in told
    ]
    grown = sum(row["after_fen"] - row["before_fen"] for row in rows)
    return Difference(previous, kinds, told["same"]["count"] if "same" in told else 0, grown, comparison_id)


def start(roster: Roster, *, by: Actor, at: datetime) -> TaskRun:
    """Compare a long roster in the background; the run that is on its way already, if this official started one."""
    return running(roster, by) or tasks.start(
        "rosters.compare",
        title=words.COMPARING.format(no=roster.no),
        subject=_subject(roster),
        by=by,
        at=at,
        url=reverse("rosters:difference", args=[roster.no]),
        roster_id=roster.pk,
    )


def running(roster: Roster, by: Actor) -> TaskRun | None:
    """The comparison of the roster that this official waits for."""
    states = (TaskRun.State.QUEUED, TaskRun.State.RUNNING)
    own = TaskRun.objects.filter(subject=_subject(roster), started_by_id=by.official_id, state__in=states)
    return own.first()


def _subject(roster: Roster) -> str:
    return f"roster_comparison:{roster.pk}"


def compare(roster: Roster, *, by: Actor, at: datetime) -> None:
    """Compare the roster's latest round with the cycle before and keep it. Again changes nothing."""
    previous = previous_of(roster)
    if previous is not None:
        sql.call("rosters_compare", previous.pk, roster.pk, KEPT_PEOPLE, by.official_id, at)


def changed_people(roster: Roster, difference: Difference, *, kind: str = "", page: int = 1) -> list[dict[str, Any]]:
    """The people that changed, a page of them; the greatest change of money first."""
    bounds = {"kind": kind, "rows_max": PAGE, "rows_before": (page - 1) * PAGE}
    if difference.comparison_id is None:
        rows = sql.rows("rosters/difference_lines", before=difference.previous.pk, after=roster.pk, **bounds)
    else:
        rows = sql.rows("rosters/kept_people", comparison=difference.comparison_id, **bounds)
    return [row | {"words": words.DIFFERENCES[row["kind"]]} for row in rows]
