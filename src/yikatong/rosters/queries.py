"""Reads of the rosters; ``*_for(actor, …)`` is the only way in."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Concat
from django.db.models.lookups import Exact

from yikatong.catalog import queries as catalog
from yikatong.core import authz, sql
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile, TaskRun
from yikatong.core.permissions import P
from yikatong.core.refusals import NotFound
from yikatong.kit import problems as kinds
from yikatong.kit.problems import Problem

from . import cells
from .models import HeadingQuestion, LineMatch, Roster, RosterReading

PAGE = 50
# No line comes into such a roster: what its latest round found is what stands, and so is what was added up of it.
STANDING = ("matched", "completed")
UNREAD = (TaskRun.State.QUEUED, TaskRun.State.RUNNING)
_TONES = (("error", "error"), ("warning", "warn"), ("fixed", "fixed"))


@dataclass(frozen=True)
class Cause:
    """One kind of problem with how often it occurs now."""

    kind: str
    severity: str
    label: str
    wrong: str
    count: int


@dataclass(frozen=True)
class ShownProblem:
    """One problem as a page shows it: place, sentence, and which column of the row."""

    kind: str
    severity: str
    column: str
    field: str
    message: str


@dataclass(frozen=True)
class Suggestion:
    """What a bad cell could say, and who says so."""

    field: str
    text: str
    source: str


@dataclass
class ProblemRow:
    """One row of the clerk's table with its cells by field (see ``cells.SHOWN``) and what is wrong with it."""

    row_key: str
    sheet: str
    row_no: int
    standing: str
    cells: dict[str, str]
    amount_fen: int | None
    problems: list[ShownProblem] = field(default_factory=list)
    suggestions: list[Suggestion] = field(default_factory=list)

    def tone(self, name: str) -> str:
        """error, warn or fixed for a cell that a problem names, else nothing."""
        found = {problem.severity for problem in self.problems if problem.field == name}
        return next((tone for severity, tone in _TONES if severity in found), "")

    @property
    def formulas(self) -> list[tuple[str, str]]:
        """Field and shown text of cells that hold a formula: the clerk may say that what it came to is right."""
        named = {problem.field for problem in self.problems if problem.kind == "FORMULA_CELL" and problem.field}
        return [(name, self.cells[name]) for name in cells.SHOWN if name in named and self.cells.get(name)]

    @property
    def inputs(self) -> list[tuple[str, str, str]]:
        """Field, its Chinese name and its text, for the form that mends the row."""
        return [(name, cells.field_words(name), self.cells[name]) for name in cells.SHOWN if name in self.cells]


def rosters_for(actor: Actor) -> QuerySet[Roster]:
    """Rosters in the actor's area, for departments their own programs' only, secret programs only for their own (A18).

    ``stands`` says of a received roster that is not being read why: ``asked`` for its headings, ``refused``, ``failed``; else ''.
    """
    seen = authz.visible(actor, (P.ROSTER_SEE,), area_field="area_code", agency_field="cycle__agency_id")
    found = Roster.objects.filter(seen, catalog.managed(actor, program="program__"))
    return found.annotate(stands=_stands()).select_related("program", "cycle", "agency")


def _stands() -> Case:
    """PostgreSQL looks for the work only where the state is ``received``."""
    own_subject = Concat(Value("roster:"), Cast(OuterRef("pk"), CharField()))
    latest = TaskRun.objects.filter(subject=own_subject).order_by("-id").values("state")[:1]
    return Case(
        When(~Q(state="received"), then=Value("")),
        When(Exists(TaskRun.objects.filter(subject=own_subject, state__in=UNREAD)), then=Value("")),
        When(Exists(HeadingQuestion.objects.filter(roster=OuterRef("pk"))), then=Value("asked")),
        When(Q(Exact(Subquery(latest), "refused")), then=Value("refused")),
        default=Value("failed"),
    )


def roster_for(actor: Actor, no: str) -> Roster:
    """One roster by its number. Raises NotFound."""
    found = rosters_for(actor).filter(no=no).first()
    if found is None:
        raise NotFound
    return found


def edits(actor: Actor, roster: Roster) -> bool:
    """Whether this is the actor's own roster desk, where numbers are seen in full."""
    return any(
        post.agency_id == roster.agency_id and roster.area_code.startswith(post.area_prefix)
        for post in actor.posts_with(P.ROSTER_EDIT)
    )


def figures(roster: Roster) -> dict[str, Any] | None:
    """The latest check, reading and round as one mapping (columns of ``sql/figures.sql``); None before the reading."""
    found = sql.rows("rosters/figures", roster=roster.pk)
    return found[0] if found else None


def latest_task(roster: Roster) -> TaskRun | None:
    """The latest background work on the roster."""
    return TaskRun.objects.filter(subject=f"roster:{roster.pk}").first()


def causes(roster: Roster) -> list[Cause]:
    """What is wrong now by kind: errors first, the most frequent first."""
    return [
        Cause(
            row["kind"], row["severity"], kinds.KINDS[row["kind"]].label, kinds.KINDS[row["kind"]].wrong, row["count"]
        )
        for row in sql.rows("rosters/causes", roster=roster.pk)
    ]


def file_problems(roster: Roster) -> list[ShownProblem]:
    """Problems of the whole file, its sheets, headers and totals."""
    return [_shown(row, {}) for row in sql.rows("rosters/file_problems", roster=roster.pk)]


def problem_rows(
    roster: Roster, *, actor: Actor, at: datetime, kind: str = "", severity: str = "error", page: int = 1
) -> tuple[list[ProblemRow], int]:
    """A page of rows with problems and how many there are; in full on the own roster desk (audited), else masked."""
    found = sql.rows(
        "rosters/problem_rows",
        roster=roster.pk,
        kind=kind,
        severities=[severity] if severity else ["error", "warning", "fixed"],
        rows_max=PAGE,
        rows_before=(page - 1) * PAGE,
    )
    opened = _open(found, roster, actor=actor, at=at)
    rows = [
        ProblemRow(row["row_key"], row["sheet"], row["row_no"], row["standing"], shown.shown, row["amount_fen"])
        for row, shown in zip(found, opened, strict=True)
    ]
    placed = {row.row_key: (row, shown.fields) for row, shown in zip(rows, opened, strict=True)}
    for problem in sql.rows("rosters/problems_of_rows", roster=roster.pk, row_keys=list(placed)):
        row, fields = placed[problem["row_key"]]
        row.problems.append(_shown(problem, fields))
    return rows, found[0]["whole"] if found else 0


def _open(found: Sequence[dict[str, Any]], roster: Roster, *, actor: Actor, at: datetime) -> list[cells.RowCells]:
    rows = cells.opened(found, roster_id=roster.pk, by=actor, at=at)
    return rows if edits(actor, roster) else [row.masked() for row in rows]


def _shown(row: dict[str, Any], fields: dict[str, str]) -> ShownProblem:
    problem = Problem(row["sheet"] or None, row["row_no"], row["column"] or None, row["kind"], note=row["note"])
    return ShownProblem(row["kind"], row["severity"], row["column"], fields.get(row["column"], ""), problem.message())


def match_results(roster: Roster) -> list[dict[str, Any]]:
    """The latest round by result: result, words, count, total_fen."""
    words = dict(LineMatch.Result.choices)
    return [row | {"words": words[row["result"]]} for row in sql.rows("rosters/match_results", roster=roster.pk)]


def chase_list(roster: Roster, *, page: int = 1) -> list[dict[str, Any]]:
    """Lines whose payee has no usable card (C8, C9), a page of them; numbers masked."""
    words = dict(LineMatch.Result.choices)
    found = sql.rows("rosters/chase_list", roster=roster.pk, rows_max=PAGE, rows_before=(page - 1) * PAGE)
    return [row | {"words": words[row["result"]]} for row in found]


def payable_lines(roster: Roster, *, page: int = 1) -> list[dict[str, Any]]:
    """What the roster pays, a page of it: payee, bank and card tail beside every line."""
    # While lines are being corrected it has to be asked of each whether it still stands.
    name = "rosters/payable_page" if roster.state in STANDING else "rosters/payable_lines"
    return sql.rows(name, roster=roster.pk, rows_max=PAGE, rows_before=(page - 1) * PAGE)


def file_of(roster: Roster) -> StoredFile | None:
    """The file of the latest reading."""
    found = figures(roster)
    return StoredFile.objects.defer("content").get(pk=found["file_id"]) if found else None


def mapping(roster: Roster) -> list[dict[str, Any]]:
    """The header mapping of the latest reading: sheet, header_row, column, header, field. Raises NotFound before it."""
    reading = RosterReading.objects.filter(roster=roster).order_by("-reading_no").first()
    if reading is None:
        raise NotFound
    columns: list[dict[str, Any]] = reading.mapping
    return columns


def dropped_rows(roster: Roster) -> list[dict[str, Any]]:
    """Rows that the clerk took out, with the reasons."""
    return sql.rows("rosters/dropped_rows", roster=roster.pk)


def completed(roster_id: int) -> Roster | None:
    """The roster if it is completed, else None (for later rooms' ribbon)."""
    return Roster.objects.filter(pk=roster_id, state="completed").first()
