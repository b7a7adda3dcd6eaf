"""Writes what a check found: one COPY for lines, one for problems, whatever the number of rows."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from yikatong.core import sql, vault
from yikatong.core.authz import Actor

from . import cells
from .checks import Checked, CheckedLine
from .models import Roster, RosterCheck, RosterLine

LINES, PROBLEMS = "rosters_rosterline", "rosters_rosterproblem"
LINE_COLUMNS = (
    *("id", "roster_id", "reading_no", "row_key", "revision", "sheet", "row_no", "cells_sealed", "name"),
    *("id_number_sealed", "id_index", "card_sealed", "card_index", "mobile_sealed", "village_code", "group_no"),
    *("quantity_micro", "rate_fen", "amount_fen", "occasion", "standing", "reason", "content_index"),
    *("written_by_id", "written_at"),
)
PROBLEM_COLUMNS = (
    *("id", "roster_id", "reading_no", "check_no", "row_key", "revision", "sheet", "row_no", '"column"'),
    *("kind", "severity", "seen_sealed", "note"),
)
DROPPED = RosterLine.Standing.DROPPED.value

Standing = dict[str, tuple[int, bytes]]
"""Row key -> (revision, content index) of what stands now."""


def record(
    roster: Roster,
    checked: Checked,
    *,
    reading_no: int,
    standing: Standing,
    dropped: dict[str, str],
    by: Actor,
    at: datetime,
) -> RosterCheck:
    """Append the lines that differ from what stands, with their problems, and the figures of this check.

    ``dropped`` maps the row keys that the clerk has dropped to their reasons. Returns the check.
    """
    check_no = RosterCheck.objects.filter(roster=roster).count() + 1
    contents = vault.index_many((_content(line, dropped) for line in checked.lines), kind="roster_line")
    changed = [
        (line, standing.get(line.row_key, (0, b""))[0] + 1, content)
        for line, content in zip(checked.lines, contents, strict=True)
        if standing.get(line.row_key, (0, None))[1] != content
    ]
    _write_lines(roster, changed, reading_no, dropped, by, at)
    _write_problems(roster, checked, changed, reading_no, check_no, dropped)
    return _write_check(roster, checked, reading_no, check_no, dropped, by, at)


def _content(line: CheckedLine, dropped: dict[str, str]) -> str:
    """Everything that a revision says, as one text; a dropped row is only its cells and its reason."""
    if line.row_key in dropped:
        return json.dumps([line.row_key, cells.dumps(line.cells), dropped[line.row_key]], ensure_ascii=False)
    values: list[str | int | None] = [
        line.name,
        line.id_number,
        line.card_number,
        line.mobile,
        line.village_code,
        line.group_no,
    ]
    values += [line.quantity_micro, line.rate_fen, line.amount_fen, line.occasion]
    problems = [[problem.kind, problem.column, problem.seen, problem.note] for problem in line.problems]
    return json.dumps([line.row_key, cells.dumps(line.cells), values, problems], ensure_ascii=False)


def _write_lines(
    roster: Roster,
    changed: Sequence[tuple[CheckedLine, int, bytes | None]],
    reading_no: int,
    dropped: dict[str, str],
    by: Actor,
    at: datetime,
) -> None:
    ids = sql.reserve_ids(LINES, len(changed))
    lines = [line for line, _, _ in changed]
    kept = vault.seal_many([cells.dumps(line.cells) for line in lines], place=cells.PLACE, rows=ids)
    numbers = vault.seal_many([line.id_number for line in lines], place=f"{LINES}.id_number_sealed", rows=ids)
    cards = vault.seal_many([line.card_number for line in lines], place=f"{LINES}.card_sealed", rows=ids)
    mobiles = vault.seal_many([line.mobile for line in lines], place=f"{LINES}.mobile_sealed", rows=ids)
    id_indexes = vault.index_many([line.id_number for line in lines], kind="id_number")
    card_indexes = vault.index_many([line.card_number for line in lines], kind="card_number")
    sealed = zip(ids, changed, kept, numbers, id_indexes, cards, card_indexes, mobiles, strict=True)
    with sql.copy_in(LINES, LINE_COLUMNS) as copy:
        for row, (line, revision, content), kept_cells, number, id_index, card, card_index, mobile in sealed:
            out = line.row_key in dropped
            place = (row, roster.pk, reading_no, line.row_key, revision, line.sheet, line.row_no)
            person = (kept_cells, line.name, number, id_index, card, card_index, mobile)
            claim = (line.village_code, line.group_no, line.quantity_micro, line.rate_fen, line.amount_fen)
            standing = DROPPED if out else line.standing
            judged = (line.occasion, standing, dropped.get(line.row_key, ""), content, by.official_id, at)
            copy.write_row((*place, *person, *claim, *judged))


def _write_problems(
    roster: Roster,
    checked: Checked,
    changed: Sequence[tuple[CheckedLine, int, bytes | None]],
    reading_no: int,
    check_no: int,
    dropped: dict[str, str],
) -> None:
    found: list[tuple[Any, str | None, int | None]] = [(problem, None, None) for problem in checked.file_problems]
    for line, revision, _ in changed:
        if line.row_key not in dropped:
            found += [(problem, line.row_key, revision) for problem in line.problems]
    ids = sql.reserve_ids(PROBLEMS, len(found))
    seen = vault.seal_many([problem.seen or None for problem, _, _ in found], place=f"{PROBLEMS}.seen_sealed", rows=ids)
    with sql.copy_in(PROBLEMS, PROBLEM_COLUMNS) as copy:
        for row, (problem, key, of_revision), sealed in zip(ids, found, seen, strict=True):
            place = (row, roster.pk, reading_no, check_no, key, of_revision, problem.sheet or "", problem.row)
            what = (problem.column or "", problem.kind, problem.severity.value, sealed, problem.note)
            copy.write_row((*place, *what))


def _write_check(
    roster: Roster,
    checked: Checked,
    reading_no: int,
    check_no: int,
    dropped: dict[str, str],
    by: Actor,
    at: datetime,
) -> RosterCheck:
    kept = [line for line in checked.lines if line.row_key not in dropped]
    problems = [problem for line in kept for problem in line.problems] + list(checked.file_problems)
    in_order = [line for line in kept if line.standing == "ok"]
    return RosterCheck.objects.create(
        roster=roster,
        reading_no=reading_no,
        check_no=check_no,
        row_count=len(checked.lines),
        ok_count=len(in_order),
        error_count=len(kept) - len(in_order),
        warning_count=_rows_with("warning", kept),
        fixed_count=_rows_with("fixed", kept),
        dropped_count=len(checked.lines) - len(kept),
        mismatch_count=sum(problem.kind == "TOTAL_MISMATCH" for problem in problems),
        ok_total_fen=sum(line.amount_fen or 0 for line in in_order),
        read_total_fen=checked.read_total_fen,
        declared_total_fen=checked.declared_total_fen,
        checked_by_id=by.official_id,
        checked_at=at,
    )


def _rows_with(severity: str, lines: Iterable[CheckedLine]) -> int:
    return sum(any(problem.severity == severity for problem in line.problems) for line in lines)
