"""A file that replaces another: all of it is checked, and what the clerk is told is what changed.

Checking everything costs two seconds for 20,000 rows; checking only changed rows would have to know which findings of
other rows depend on them (doubles, totals, namesakes). So the check is always whole, and rows are paired with those of the
reading before: corrections made in place go with their rows, and the page says what the new file changed.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from yikatong.core import audit, sql, vault
from yikatong.core.authz import Actor

from . import cells, rechecking
from .models import ReadingComparison, Roster, RosterReading
from .rechecking import Changes
from .rules import twins

LISTED_MAX = 50
PURPOSE = "roster_comparison"
_CELLS = {"id": pl.Int64(), "row_key": pl.String(), "cells_sealed": pl.Binary()}
_ERRORS = {"row_key": pl.String(), "kind": pl.String()}
_MARK = "\x1f"


@dataclass(frozen=True)
class Before:
    """What a roster held before another file comes: the reading, what was corrected or dropped, and what was to be mended."""

    reading: RosterReading
    kept: pl.DataFrame
    errors: pl.DataFrame


def before(roster: Roster, *, by: Actor, at: datetime) -> Before | None:
    """To be asked for before the next reading; None when there is none yet."""
    reading = RosterReading.objects.filter(roster=roster).order_by("-reading_no").first()
    if reading is None:
        return None
    kept = rechecking.kept(roster, [], by, at)
    return Before(reading, kept, sql.frame("rosters/standing_errors", _ERRORS, roster=roster.pk))


def carry(roster: Roster, earlier: Before, *, by: Actor, at: datetime) -> ReadingComparison:
    """Lay what was corrected in place over the new reading, and record how it differs from the one before.

    A correction goes on where the new file still says what it corrected. Where the file says something else, the file
    counts, and the comparison lists the cell.
    """
    reading = RosterReading.objects.filter(roster=roster).latest("reading_no")
    pairs = _pairs(roster, earlier.reading, reading, by, at)
    carried = _carried(roster, earlier, reading, pairs, by, at)
    if carried.changes.row_keys:
        rechecking.recheck(roster, carried.changes, by=by, at=at)
    errors = sql.frame("rosters/standing_errors", _ERRORS, roster=roster.pk)
    was = earlier.errors.join(pairs, left_on="row_key", right_on="before_key", how="left").select(
        row_key="after_key", kind="kind"
    )
    same_count = int(pairs["same"].sum())
    return ReadingComparison.objects.create(
        reading=reading,
        same_count=same_count,
        changed_count=pairs.height - same_count,
        added_count=_row_count(reading) - pairs.height,
        gone_count=_row_count(earlier.reading) - pairs.height,
        mended_count=was.join(errors, on=["row_key", "kind"], how="anti").height,
        found_count=errors.join(was, on=["row_key", "kind"], how="anti").height,
        carried_count=len(carried.changes.row_keys),
        overruled=carried.overruled[:LISTED_MAX],
        overruled_count=len(carried.overruled),
    )


def _row_count(reading: RosterReading) -> int:
    return int(reading.roster.checks.filter(reading_no=reading.reading_no).order_by("check_no")[0].row_count)


def _pairs(roster: Roster, first: RosterReading, second: RosterReading, by: Actor, at: datetime) -> pl.DataFrame:
    """Frame of ``twins.PAIRS``. The same file read again has its rows where they were."""
    audit.record(
        "vault.opened", subject=f"roster:{roster.pk}", by=by, at=at, place=cells.PLACE, purpose=PURPOSE,
        count=_row_count(first) + _row_count(second),
    )  # fmt: skip
    earlier, later = _hashed(roster, first), _hashed(roster, second)
    if first.file_id != second.file_id:
        return twins.paired(earlier, later)
    place = pl.col("row_key").str.extract(r"^\d+-(.*)$")
    joined = earlier.with_columns(place=place).join(later.with_columns(place=place), on="place", how="inner")
    return joined.select(before_key="row_key", after_key="row_key_right", same=pl.col("whole") == pl.col("whole_right"))


def _hashed(roster: Roster, reading: RosterReading) -> pl.DataFrame:
    """Every row of a reading as ``twins.ROWS``: of the rows themselves only one part is held at a time."""
    parts = []
    for found in sql.frames("rosters/read_cells", _CELLS, roster=roster.pk, reading_no=reading.reading_no):
        texts = _texts(vault.unseal_series(found["cells_sealed"], rows=found["id"], place=cells.PLACE))
        parts.append(
            found.select("row_key").with_columns(
                whole=texts.list.join(_MARK, ignore_nulls=False).fill_null("").hash(),
                id_number=_hash_of(texts, "id_number"),
                name=_hash_of(texts, "name"),
            )
        )
    return pl.concat(parts).with_columns(at=pl.int_range(pl.len(), dtype=pl.Int64)).select(list(twins.ROWS))


def _texts(opened: pl.Series) -> pl.Series:
    """The cells of rows in the order of ``cells.SHOWN`` as lists; 190.6 and 190.60 are one."""
    texts = cells.renewed(opened).str.json_decode(cells.KEPT).struct.field("texts")
    plain = pl.element().fill_null("").str.strip_chars().str.replace(r"^([0-9]+\.[0-9]*?)0+$", "${1}")
    return texts.list.eval(plain.str.strip_suffix("."))


def _hash_of(texts: pl.Series, field: str) -> pl.Series:
    found = texts.list.get(cells.SHOWN.index(field), null_on_oob=True)
    return found.to_frame("text").select(pl.when(pl.col("text") != "").then(pl.col("text").hash())).to_series()


@dataclass(frozen=True)
class _Carried:
    """What goes on in the new reading, and the cells where the new file says something else (as the comparison keeps them)."""

    changes: Changes
    overruled: list[dict[str, Any]]


def _carried(
    roster: Roster, earlier: Before, reading: RosterReading, pairs: pl.DataFrame, by: Actor, at: datetime
) -> _Carried:
    rows = earlier.kept.join(pairs, left_on="row_key", right_on="before_key", how="inner", maintain_order="left")
    first = _first_rows(roster, [*rows["row_key"], *rows["after_key"]], by, at)
    carried = _Carried(Changes(), [])
    for row in rows.select("id", "row_key", "standing", "reason", "text", "after_key", "same").iter_rows(named=True):
        key, was, now = row["after_key"], first[row["row_key"]], first[row["after_key"]]
        if row["standing"] == "dropped" and row["same"]:
            carried.changes.dropped[key] = row["reason"]
        elif row["standing"] == "dropped":
            carried.overruled.append({"row_key": key, "field": "", "line": row["id"]})
        else:
            _carry_edits(carried, key, row["id"], cells.loads(row["text"]).edits, was, now)
    return carried


def _carry_edits(
    carried: _Carried, key: str, line_id: int, edits: dict[str, str], was: cells.RowCells, now: cells.RowCells
) -> None:
    for field, text in edits.items():
        written = now.texts.get(field, "")
        if field not in now.letters:
            continue
        if text == written == was.texts.get(field):
            carried.changes.accepted.setdefault(key, set()).add(field)
            continue
        if text in (written, was.texts.get(field, "")):
            continue
        if _plain(written) == _plain(was.texts.get(field, "")):
            carried.changes.edited.setdefault(key, {})[field] = text
        elif _plain(written) != _plain(text):
            carried.overruled.append({"row_key": key, "field": field, "line": line_id})


def _plain(text: str) -> str:
    bare = text.strip()
    return bare.rstrip("0").rstrip(".") if bare.replace(".", "", 1).isdecimal() and "." in bare else bare


def _first_rows(roster: Roster, keys: list[str], by: Actor, at: datetime) -> dict[str, cells.RowCells]:
    """Some rows as they stand in their files."""
    found = sql.rows("rosters/earlier_cells", roster=roster.pk, row_keys=keys, revisions=[1] * len(keys))
    return dict(zip([row["row_key"] for row in found], _opened(found, roster, by, at), strict=True))


def _opened(found: list[dict[str, Any]], roster: Roster, by: Actor, at: datetime) -> list[cells.RowCells]:
    sealed = [(row["id"], row["cells_sealed"]) for row in found]
    subject = f"roster:{roster.pk}"
    texts = vault.open_many(sealed, place=cells.PLACE, purpose=PURPOSE, subject=subject, by=by, at=at) if sealed else []
    return [cells.loads(text or "") for text in texts]


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
