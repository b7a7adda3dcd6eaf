"""The row checker on the database's side: references from the register, the clerk's corrections laid over the file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from yikatong.catalog import queries as catalog
from yikatong.core import vault
from yikatong.core.authz import Actor
from yikatong.core.models import Area
from yikatong.core.refusals import Refused
from yikatong.kit import text
from yikatong.kit.problems import REFUSING, Problem
from yikatong.registry import queries as registry

from . import words
from .cells import SHOWN, RowCells
from .models import Roster, RosterReading
from .rules import amounts, checking, corrections, reading, references

_MICRO_PER_FEN = 10_000


@dataclass
class CheckedLine:
    """One data row as the checker found it. Amounts in fen, quantity in millionths; numbers are whole and open."""

    row_key: str
    sheet: str
    row_no: int
    cells: RowCells
    name: str
    id_number: str | None
    card_number: str | None
    mobile: str | None
    village_code: str | None
    group_no: str
    quantity_micro: int | None
    rate_fen: int | None
    amount_fen: int | None
    occasion: str
    standing: str
    problems: list[Problem] = field(default_factory=list)


@dataclass
class Checked:
    """A whole roster as the checker found it. ``mapping`` as ``RosterReading.columns`` of the rules shows it."""

    lines: list[CheckedLine]
    file_problems: list[Problem]
    mapping: list[dict[str, Any]]
    declared_total_fen: int | None
    read_total_fen: int
    rows_index: bytes


def check(
    content: bytes,
    filename: str,
    *,
    roster: Roster,
    reading_no: int,
    override: Mapping[str, str | None] | None,
    edits: Mapping[str, Mapping[str, str]] | None = None,
    dropped: frozenset[str] = frozenset(),
    by: Actor,
    at: datetime,
) -> Checked:
    """Read and check a file for a roster; ``edits`` are texts by row key and field, ``dropped`` rows count as empty.

    Raises Refused ``file_refused`` with one sentence when the file cannot be used at all.
    """
    found = reading.read(content, filename, override)
    if found.refused:
        fault = next((one for one in found.problems if one.kind in REFUSING), found.problems[0])
        raise Refused(words.REFUSED_FILE.format(message=fault.message()), code="file_refused")
    found.reading_no = reading_no
    found = found.with_changes(_changes(edits or {}), dropped)
    program = roster.program
    result = checking.check(
        found,
        _references(roster, by, at),
        at.date(),
        program=program.code,
        cycle=roster.cycle.label,
        township=Area.objects.values_list("name", flat=True).get(pk=roster.area_code),
    )
    lines = list(_lines(found, result, by_occasion=program.by_occasion))
    return Checked(
        lines=lines,
        file_problems=_placed(result, {(line.sheet, line.row_no): line for line in lines}),
        mapping=list(found.columns),
        declared_total_fen=result.declared_total_fen,
        read_total_fen=_read_total(found),
        rows_index=_rows_index(lines),
    )


def _changes(edits: Mapping[str, Mapping[str, str]]) -> pl.DataFrame:
    rows = [(key, name, written) for key, fields in edits.items() for name, written in fields.items()]
    return pl.DataFrame(rows, schema=corrections.CHANGES_SCHEMA, orient="row")


def _references(roster: Roster, by: Actor, at: datetime) -> references.References:
    county = registry.references_frames(purpose="roster_checking", subject=f"roster:{roster.pk}", by=by, at=at)
    return references.References(
        people=county.people,
        cards=county.cards,
        banks=county.banks,
        areas=county.areas,
        catalog=catalog.references_frame(by, cycle=roster.cycle),
        households=county.households,
    )


def _lines(found: reading.RosterReading, result: checking.CheckResult, *, by_occasion: bool) -> Iterator[CheckedLine]:
    seen = {row["row_key"]: row for row in found.rows.iter_rows(named=True)}
    for row in result.rows.iter_rows(named=True):
        written = seen[row["row_key"]]
        yield CheckedLine(
            row_key=row["row_key"],
            sheet=row["sheet"] or "",
            row_no=row["row"],
            cells=RowCells(
                texts={name: written[name] or "" for name in SHOWN if written[f"{name}_column"]},
                letters={name: written[f"{name}_column"] for name in SHOWN if written[f"{name}_column"]},
                edits={},
            ),
            name=(row["name_clean"] or row["name"] or "")[:120],
            id_number=row["id_number"],
            card_number=row["card_number"],
            mobile=row["mobile"] or None,
            village_code=row["village_code"],
            group_no=(row["group"] or "")[:40],
            quantity_micro=row["quantity_micro"],
            rate_fen=row["rate_fen"],
            amount_fen=row["amount_fen"],
            occasion=text.compact(row["occasion"] or "")[:60] if by_occasion else "",
            standing="ok" if row["ok"] else "error",
        )


def _placed(result: checking.CheckResult, lines: Mapping[tuple[str, int], CheckedLine]) -> list[Problem]:
    """Give every problem of a data row to its line; returns those of the file, its headers and totals."""
    rest = []
    for problem in result.listed():
        line = lines.get((problem.sheet or "", problem.row or 0))
        if line is None or problem.kind == "TOTAL_MISMATCH":
            rest.append(problem)
        else:
            line.problems.append(problem)
    return rest


def _read_total(found: reading.RosterReading) -> int:
    """The fen of every amount that can be read, as the totals are compared with it."""
    text_only = found.kind == "csv"
    counted = sum(
        int(rows.select(amounts.counted(text_only=text_only)).to_series().sum())
        for rows in found.parts(fields=("amount",))
    )
    return (counted + _MICRO_PER_FEN // 2) // _MICRO_PER_FEN


def _rows_index(lines: list[CheckedLine]) -> bytes:
    """A keyed hash of the list whatever the order of its rows, by which the same list is recognized."""
    rows = sorted(f"{one.id_number}|{one.name}|{one.amount_fen}|{one.occasion}" for one in lines)
    return vault.index("\n".join(rows), kind="roster_rows")


def mark_known(checked: Checked, roster: Roster) -> None:
    """Add ALREADY_UPLOADED to the file's problems when another roster of the cycle holds the same rows."""
    known = (
        RosterReading.objects.filter(rows_index=checked.rows_index, roster__cycle_id=roster.cycle_id)
        .exclude(roster__state="void")
        .exclude(roster_id=roster.pk)
        .select_related("roster")
        .first()
    )
    if known is not None:
        note = f"与花名册 {known.roster.no} 相同"
        checked.file_problems.append(Problem(None, None, None, "ALREADY_UPLOADED", note=note))
