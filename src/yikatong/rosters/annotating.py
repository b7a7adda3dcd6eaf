"""批注表: the roster's own file with what is wrong with it now, for the desk that uploaded it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from yikatong.core import files, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.refusals import NotFound, Refused

from . import cells, queries, words
from .models import Roster
from .rules import annotated

PURPOSE = "annotated_copy"
_PROBLEMS = {"id": pl.Int64, **annotated.PROBLEMS_SCHEMA, "seen_sealed": pl.Binary}
_READ = ("id", "row_key", "sheet", "row", "column", "name", "kind", "severity", "note", "seen_sealed")
_REVISED = {
    "row_key": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "name": pl.String,
    "now_id": pl.Int64,
    "now_sealed": pl.Binary,
    "read_id": pl.Int64,
    "read_sealed": pl.Binary,
}


@dataclass(frozen=True)
class AnnotatedCopy:
    """A workbook to download."""

    filename: str
    content: bytes


@transaction.atomic
def annotated_copy(*, roster: Roster, by: Actor, at: datetime) -> AnnotatedCopy:
    """The file of the latest reading with the problems, corrections and dropped rows as they are now; numbers in full.

    Raises NotFound for anybody but the roster's own desk, Refused ``no_file`` before the first reading.
    """
    if not queries.edits(by, roster):
        raise NotFound
    file = queries.file_of(roster)
    if file is None:
        raise Refused(words.NO_FILE, code="no_file")
    content = files.content(file, purpose=PURPOSE, by=by, at=at)
    findings = annotated.Findings(
        problems=_problems(roster, by, at),
        corrections=_corrections(roster, by, at),
        dropped=_dropped(roster),
        counts=[(cause.kind, cause.count) for cause in queries.causes(roster)],
    )
    return AnnotatedCopy(annotated.filename_of(file.name), annotated.annotated(content, file.name, findings))


def _problems(roster: Roster, by: Actor, at: datetime) -> pl.DataFrame:
    schema = {name: _PROBLEMS[name] for name in _READ}
    found = sql.frame("rosters/annotated_problems", schema, roster=roster.pk, marked_max=annotated.MARKED_MAX)
    seen = _opened(found["seen_sealed"], found["id"], "rosters_rosterproblem.seen_sealed", roster, by, at)
    return found.with_columns(seen=seen.fill_null("")).select(*annotated.PROBLEMS_SCHEMA)


def _corrections(roster: Roster, by: Actor, at: datetime) -> pl.DataFrame:
    """One row a corrected cell; the file's own text is what its first revision read."""
    found = sql.frame("rosters/annotated_corrections", _REVISED, roster=roster.pk)
    if found.is_empty():
        return pl.DataFrame(schema=annotated.CORRECTIONS_SCHEMA)
    now = _opened(found["now_sealed"], found["now_id"], cells.PLACE, roster, by, at)
    # A row may have a later revision only because another was corrected; its corrections lie under their own name.
    corrected = found.with_columns(now=now).filter(pl.col("now").str.json_path_match("$.edits").is_not_null())
    read = _opened(corrected["read_sealed"], corrected["read_id"], cells.PLACE, roster, by, at)
    listed: list[tuple[Any, ...]] = []
    for row_key, sheet, row, name, text, before in corrected.select(
        "row_key", "sheet", "row", "name", "now", read.alias("read")
    ).iter_rows():
        after, first = cells.loads(text), cells.loads(before)
        listed += [
            (row_key, sheet, row, after.letters[field], name, first.texts.get(field, ""), written)
            for field, written in after.edits.items()
            if written != first.texts.get(field, "")
        ]
    return pl.DataFrame(listed, schema=annotated.CORRECTIONS_SCHEMA, orient="row")


def _opened(sealed: pl.Series, rows: pl.Series, place: str, roster: Roster, by: Actor, at: datetime) -> pl.Series:
    return vault.open_series(
        sealed, rows=rows, place=place, purpose=PURPOSE, subject=f"roster:{roster.pk}", by=by, at=at
    )


def _dropped(roster: Roster) -> pl.DataFrame:
    rows = [
        (row["row_key"], row["sheet"], row["row_no"], "", row["name"], row["reason"])
        for row in queries.dropped_rows(roster)
    ]
    return pl.DataFrame(rows, schema=annotated.DROPPED_SCHEMA, orient="row")
