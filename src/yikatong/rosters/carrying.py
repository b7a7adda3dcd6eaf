"""A file that replaces another: all of it is checked, once, and what the clerk is told is what changed.

Checking everything costs two seconds for 20,000 rows; checking only changed rows would have to know which findings of
other rows depend on them (doubles, totals, namesakes). So the check is always whole. Before it, the rows of the file are
paired with those of the reading before: corrections made in place go with their rows and are checked with them, and the page
says what the new file changed.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from yikatong.core import audit, sql, vault
from yikatong.core.authz import Actor

from . import cells, checks, lines, rechecking
from .models import ReadingComparison, Roster, RosterReading
from .rules import twins
from .rules.reading import RosterReading as Read

LISTED_MAX = 50
PURPOSE = "roster_comparison"
_CELLS = {"id": pl.Int64(), "row_key": pl.String(), "cells_sealed": pl.Binary()}
_ERRORS = {"row_key": pl.String(), "kind": pl.String()}
_MARK = "\x1f"
# 190.6 and 190.60 are one, 190 and 190.00, too.
_TRAILING_ZEROS = r"^(-?[0-9]+\.[0-9]*?)0+$"


@dataclass
class _Carried:
    """What goes on in the new reading, by its row keys, and the cells where the new file says something else (as the comparison
    keeps them)."""

    edited: dict[str, dict[str, str]] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    overruled: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Change:
    """How a file that was opened, and is not yet checked, differs from the reading before.

    ``pairs``: frame of ``twins.PAIRS``. ``errors``: what was to be mended before. ``laid``: the corrections and the dropped rows
    that go on. ``overruled``: cells that were corrected and of which the file says something else.
    """

    reading: RosterReading
    row_count: int
    pairs: pl.DataFrame
    errors: pl.DataFrame
    laid: rechecking.Laid
    overruled: list[dict[str, Any]]


def change(roster: Roster, opened: checks.Opened, *, by: Actor, at: datetime) -> Change | None:
    """Pair a file with the roster's reading before it; None when there is none yet.

    A correction goes on where the new file still says what it corrected. Where the file says something else, the file
    counts, and the comparison lists the cell.
    """
    before = RosterReading.objects.filter(roster=roster).order_by("-reading_no").first()
    if before is None:
        return None
    pairs = _pairs(roster, before, opened, by, at)
    kept = rechecking.kept(roster, [], by, at)
    carried = _carried(roster, kept, opened.reading, pairs, by, at)
    edits = [(key, cells.listed(changes)) for key, changes in carried.edited.items()]
    laid = rechecking.Laid(
        pl.DataFrame(edits, schema=lines.CORRECTED, orient="row"),
        pl.DataFrame(list(carried.dropped.items()), schema=lines.DROPPED, orient="row"),
    )
    errors = sql.frame("rosters/standing_errors", _ERRORS, roster=roster.pk)
    return Change(before, opened.reading.row_count, pairs, errors, laid, carried.overruled)


def record(roster: Roster, told: Change) -> ReadingComparison:
    """Say of the reading that followed how it differs from the one before it."""
    reading = RosterReading.objects.filter(roster=roster).latest("reading_no")
    pairs, laid = told.pairs, told.laid
    errors = sql.frame("rosters/standing_errors", _ERRORS, roster=roster.pk)
    was = told.errors.join(pairs, left_on="row_key", right_on="before_key", how="left").select(
        row_key="after_key", kind="kind"
    )
    same_count = int(pairs["same"].sum())
    return ReadingComparison.objects.create(
        reading=reading,
        same_count=same_count,
        changed_count=pairs.height - same_count,
        added_count=told.row_count - pairs.height,
        gone_count=_row_count(told.reading) - pairs.height,
        mended_count=was.join(errors, on=["row_key", "kind"], how="anti").height,
        found_count=errors.join(was, on=["row_key", "kind"], how="anti").height,
        carried_count=laid.corrected.height + laid.dropped.height,
        overruled=told.overruled[:LISTED_MAX],
        overruled_count=len(told.overruled),
    )


def _row_count(reading: RosterReading) -> int:
    return int(reading.roster.checks.filter(reading_no=reading.reading_no).order_by("check_no")[0].row_count)


def _pairs(roster: Roster, before: RosterReading, opened: checks.Opened, by: Actor, at: datetime) -> pl.DataFrame:
    """Frame of ``twins.PAIRS``. The same file read again has its rows where they were."""
    audit.record(
        "vault.opened", subject=f"roster:{roster.pk}", by=by, at=at, place=cells.PLACE, purpose=PURPOSE,
        count=_row_count(before),
    )  # fmt: skip
    earlier = _hashed(
        found.select("row_key", texts=cells.read_texts(_unsealed(found)))
        for found in sql.frames("rosters/read_cells", _CELLS, roster=roster.pk, reading_no=before.reading_no)
    )
    later = _hashed(part.select("row_key", texts=cells.as_read()) for part in _parts(opened.reading))
    if before.file_id != opened.file.pk:
        return twins.paired(earlier, later)
    place = pl.col("row_key").str.extract(r"^\d+-(.*)$")
    joined = earlier.with_columns(place=place).join(later.with_columns(place=place), on="place", how="inner")
    return joined.select(before_key="row_key", after_key="row_key_right", same=pl.col("whole") == pl.col("whole_right"))


def _unsealed(found: pl.DataFrame) -> pl.Series:
    return vault.unseal_series(found["cells_sealed"], rows=found["id"], place=cells.PLACE)


def _parts(read: Read) -> Iterable[pl.DataFrame]:
    return read.parts(rechecking.PART_ROWS, cells.SHOWN)


def _hashed(parts: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Rows (row_key, texts) as ``twins.ROWS``: of the rows themselves only one part is held at a time."""
    plain = pl.element().fill_null("").str.strip_chars().str.replace(_TRAILING_ZEROS, "${1}").str.strip_suffix(".")
    hashed = [
        part.select("row_key", texts=pl.col("texts").list.eval(plain)).select(
            "row_key",
            whole=pl.col("texts").list.join(_MARK, ignore_nulls=False).fill_null("").hash(),
            id_number=_hash_of("id_number"),
            name=_hash_of("name"),
        )
        for part in parts
    ]
    empty = pl.DataFrame(schema={name: kind for name, kind in twins.ROWS.items() if name != "at"})
    return (
        pl.concat([empty, *hashed], how="diagonal")
        .with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64))
        .select(list(twins.ROWS))
    )


def _hash_of(field: str) -> pl.Expr:
    text = pl.col("texts").list.get(cells.SHOWN.index(field), null_on_oob=True)
    return pl.when(text != "").then(text.hash())


def _carried(roster: Roster, kept: pl.DataFrame, read: Read, pairs: pl.DataFrame, by: Actor, at: datetime) -> _Carried:
    rows = kept.join(pairs, left_on="row_key", right_on="before_key", how="inner", maintain_order="left")
    first, second = _first_rows(roster, list(rows["row_key"]), by, at), _rows(read, rows["after_key"])
    carried = _Carried()
    for row in rows.select("id", "row_key", "standing", "reason", "text", "after_key", "same").iter_rows(named=True):
        key, was, now = row["after_key"], first[row["row_key"]], second[row["after_key"]]
        if row["standing"] == "dropped" and row["same"]:
            carried.dropped[key] = row["reason"]
        elif row["standing"] == "dropped":
            carried.overruled.append({"row_key": key, "field": "", "line": row["id"]})
        else:
            _carry_edits(carried, key, row["id"], cells.loads(row["text"]).edits, was, now)
    return carried


def _carry_edits(
    carried: _Carried, key: str, line_id: int, edits: dict[str, str], was: cells.RowCells, now: cells.RowCells
) -> None:
    for name, text in edits.items():
        written = now.texts.get(name, "")
        if name not in now.letters:
            continue
        if text == written == was.texts.get(name):
            carried.edited.setdefault(key, {})[name] = text
            continue
        if text in (written, was.texts.get(name, "")):
            continue
        if _plain(written) == _plain(was.texts.get(name, "")):
            carried.edited.setdefault(key, {})[name] = text
        elif _plain(written) != _plain(text):
            carried.overruled.append({"row_key": key, "field": name, "line": line_id})


def _plain(text: str) -> str:
    return re.sub(_TRAILING_ZEROS, r"\1", text.strip()).removesuffix(".")


def _rows(read: Read, keys: pl.Series) -> dict[str, cells.RowCells]:
    """Some rows as they stand in a file that was opened."""
    if keys.is_empty():
        return {}
    parts = (part.filter(pl.col("row_key").is_in(keys.implode())) for part in _parts(read))
    nothing = pl.lit(None, pl.List(pl.String()))
    found = pl.concat(part.select("row_key", text=cells.dumped(nothing)) for part in parts)
    return {key: cells.loads(text) for key, text in found.iter_rows()}


def _first_rows(roster: Roster, keys: list[str], by: Actor, at: datetime) -> dict[str, cells.RowCells]:
    """Some rows as they stand in their files."""
    found = sql.rows("rosters/first_cells", roster=roster.pk, row_keys=keys)
    return dict(zip([row["row_key"] for row in found], _opened(found, roster, by, at), strict=True))


def _opened(found: list[dict[str, Any]], roster: Roster, by: Actor, at: datetime) -> list[cells.RowCells]:
    return cells.opened(found, roster_id=roster.pk, by=by, at=at, purpose=PURPOSE)


@dataclass(frozen=True)
class Overruled:
    """A cell that was corrected in place, and of which the new file says something else than it did."""

    row_key: str
    row_no: int
    field: str
    label: str
    told: str
    written: str


def overruled(comparison: ReadingComparison, roster: Roster, *, by: Actor, at: datetime) -> list[Overruled]:
    """The cells that still wait for a word: neither corrected again nor the same by now. For the roster's own desk."""
    listed = [one for one in comparison.overruled if one["field"]]
    if not listed:
        return []
    lines = sql.rows("rosters/cells_of_lines", lines=[one["line"] for one in listed])
    told = dict(zip([row["id"] for row in lines], _opened(lines, roster, by, at), strict=True))
    rows = sql.rows("rosters/current_cells", roster=roster.pk, row_keys=[one["row_key"] for one in listed])
    now = {row["row_key"]: (row, shown) for row, shown in zip(rows, _opened(rows, roster, by, at), strict=True)}
    waiting = []
    for one in listed:
        row, shown = now.get(one["row_key"], (None, None))
        text = told[one["line"]].edits.get(one["field"], "")
        if row is None or shown is None or row["standing"] == "dropped" or one["field"] in shown.edits:
            continue
        label, written = cells.field_words(one["field"]), shown.texts.get(one["field"], "")
        waiting.append(Overruled(one["row_key"], row["row_no"], one["field"], label, text, written))
    return waiting
