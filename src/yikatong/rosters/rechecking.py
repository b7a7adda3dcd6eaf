"""Reading and checking again: the file as it was, the clerk's corrections on top, the same checker over all of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from yikatong.core import sql, vault
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside
from yikatong.core.models import StoredFile
from yikatong.core.refusals import Refused

from . import cells, checks, lines, words
from .models import Roster, RosterCheck, RosterReading
from .recording import Recording
from .rules.checking import Checking

# So many rows are checked, sealed and written at a time: 50,000 cost a twentieth less time and twice the memory.
PART_ROWS = 20_000
_KEPT = {
    "id": pl.Int64(), "row_key": pl.String(), "standing": pl.String(), "reason": pl.String(), "cells_sealed": pl.Binary(),
}  # fmt: skip


@dataclass
class Changes:
    """What the clerk changes, by row key: fields of rows, and rows dropped with a reason.

    ``accepted`` are fields whose cell is right as it is shown (what a formula came to); ``restored`` are rows whose
    corrections are to be these again.
    """

    edited: dict[str, dict[str, str]] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    accepted: dict[str, set[str]] = field(default_factory=dict)
    restored: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def row_keys(self) -> list[str]:
        """The rows that are meant."""
        return [*(self.edited | self.accepted | self.dropped | self.restored)]


@dataclass(frozen=True)
class Laid:
    """Corrections to be laid over a file, as frames of ``lines.CORRECTED`` and ``lines.DROPPED``; none unless given."""

    corrected: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=lines.CORRECTED))
    dropped: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=lines.DROPPED))

    def texts(self) -> pl.DataFrame:
        """The corrections one by one, a frame of ``corrections.CHANGES_SCHEMA``."""
        fields = pl.lit(list(cells.SHOWN), dtype=pl.List(pl.String()))
        return (
            self.corrected.filter(pl.col("edits").is_not_null())
            .select("row_key", fields.alias("field"), pl.col("edits").alias("text"))
            .explode("field", "text")
            .drop_nulls("text")
        )


def opened(
    roster: Roster, file: StoredFile, override: checks.Override | None, *, by: Actor, at: datetime
) -> checks.Opened:
    """A file as the roster's next reading. Raises Refused ``file_refused``, as HeadingsUnknown where a word of the clerk helps."""
    reading_no = RosterReading.objects.filter(roster=roster).count() + 1
    return checks.opened(file, purpose="roster_reading", reading_no=reading_no, override=override, by=by, at=at)


def read(
    roster: Roster,
    found: checks.Opened,
    laid: Laid,
    *,
    by: Actor,
    at: datetime,
    report: Callable[[int, int], None],
) -> RosterCheck:
    """Check a file as the roster's next reading, with what was ``laid`` over it; its lines replace those of the reading before.

    ``report`` is told after each part how many rows are written, of how many; what it raises stops the reading.
    """
    with Beside() as beside:
        checking = _begin(roster, found, laid, beside, by, at)
        recording = Recording(
            roster, reading_no=found.reading_no, beside=beside, by=by, at=at, row_count=checking.row_count
        )
        _record(checking, roster, laid, recording, report=report)
    RosterReading.objects.create(
        roster=roster,
        reading_no=found.reading_no,
        file=found.file,
        mapping=list(found.reading.columns),
        override=found.override,
        rows_index=recording.rows_index(),
        declared_total_fen=checking.declared_total_fen,
        read_by_id=by.official_id,
        read_at=at,
    )
    return _finish(checking, roster, recording)


def recheck(roster: Roster, changes: Changes, *, by: Actor, at: datetime) -> RosterCheck:
    """Check the current reading again with the clerk's changes. Raises Refused ``no_row``, ``no_change``."""
    last = RosterReading.objects.filter(roster=roster).select_related("file").order_by("-reading_no").first()
    if last is None:
        raise Refused(words.NO_FILE, code="no_file")
    laid = _laid(kept(roster, changes.row_keys, by, at), changes)
    found = checks.opened(
        last.file, purpose="roster_checking", reading_no=last.reading_no, override=last.override, by=by, at=at
    )
    with Beside() as beside:
        checking = _begin(roster, found, laid, beside, by, at)
        recording = Recording(roster, reading_no=last.reading_no, beside=beside, by=by, at=at)
        _record(checking, roster, laid, recording, report=lambda _done, _total: None)
    return _finish(checking, roster, recording)


def _begin(roster: Roster, found: checks.Opened, laid: Laid, beside: Beside, by: Actor, at: datetime) -> Checking:
    return checks.begin(
        found, roster=roster, changes=laid.texts(), dropped=laid.dropped["row_key"], beside=beside, by=by, at=at
    )


def _record(
    checking: Checking,
    roster: Roster,
    laid: Laid,
    recording: Recording,
    *,
    report: Callable[[int, int], None],
) -> None:
    done, total = 0, checking.row_count
    report(done, total)
    for part in checking.parts(PART_ROWS):
        written = lines.of_part(
            part, by_occasion=roster.program.by_occasion, corrected=laid.corrected, dropped=laid.dropped
        )
        recording.add(written, part.problems, checks.numbers_of(part))
        done += written.height
        report(done, total)


def _finish(checking: Checking, roster: Roster, recording: Recording) -> RosterCheck:
    known = checks.known_elsewhere(roster, recording.rows_index())
    return recording.finish(checking, pl.concat((checking.file_problems, known)))


def kept(roster: Roster, row_keys: list[str], by: Actor, at: datetime) -> pl.DataFrame:
    """Rows that were corrected or dropped, and those of the keys: id, row_key, standing, reason, text (as kept)."""
    found = sql.frame("rosters/kept_cells", _KEPT, roster=roster.pk, row_keys=row_keys)
    opened = vault.open_series(
        found["cells_sealed"],
        rows=found["id"],
        place=cells.PLACE,
        purpose="roster_checking",
        subject=f"roster:{roster.pk}",
        by=by,
        at=at,
    )
    return found.select("id", "row_key", "standing", "reason", cells.renewed(opened).alias("text"))


def _laid(standing: pl.DataFrame, changes: Changes) -> Laid:
    """What stands, with the changes on top."""
    corrected = standing.select("row_key", pl.col("text").str.json_decode(cells.KEPT).struct.field("edits"))
    dropped = standing.filter(pl.col("standing") == "dropped").select("row_key", "reason")
    texts = dict(standing.filter(pl.col("row_key").is_in(changes.row_keys)).select("row_key", "text").rows())
    if not texts.keys() >= set(changes.row_keys):
        raise Refused(words.NO_ROW, code="no_row")
    told = {
        key: _edits(cells.loads(texts[key]), key, changes, was_dropped=key in dropped["row_key"])
        for key in changes.edited | changes.accepted | changes.restored
    }
    edits = {key: edited.listed for key, edited in told.items() if edited.is_news}
    if told and not edits and not changes.dropped:
        raise Refused(words.NO_CHANGE, code="no_change")
    drops = list(changes.dropped.items())
    return Laid(
        _exchanged(corrected, list(edits), list(edits.items())), _exchanged(dropped, [*edits, *changes.dropped], drops)
    )


class _Edits(NamedTuple):
    """A row's corrections as they are kept, and whether they say anything new."""

    listed: list[str | None] | None
    is_news: bool


def _edits(row: cells.RowCells, key: str, changes: Changes, *, was_dropped: bool) -> _Edits:
    """The row's corrections with those that say something else than what stands there, and what is right as it stands."""
    if key in changes.restored:
        after = changes.restored[key]
    else:
        told = {name: text for name, text in changes.edited.get(key, {}).items() if text != row.shown.get(name, "")}
        right = {name: row.shown[name] for name in changes.accepted.get(key, ()) if name in row.texts}
        after = cells.edited(row, right | told).edits
    return _Edits(cells.listed(after), after != row.edits or was_dropped)


def _exchanged(frame: pl.DataFrame, without: list[str], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    added = pl.DataFrame(rows, schema=frame.schema, orient="row")
    return pl.concat((frame.filter(~pl.col("row_key").is_in(without)), added))
