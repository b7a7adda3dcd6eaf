"""Reading and checking again: the file as it was, the clerk's corrections on top, the same checker over all of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from yikatong.core import files, sql, vault
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile
from yikatong.core.refusals import Refused

from . import cells, checks, recording, words
from .cells import RowCells
from .models import Roster, RosterCheck, RosterReading
from .recording import Standing


@dataclass
class Changes:
    """What the clerk changes: fields of rows, and rows dropped with a reason, both by row key."""

    edited: dict[str, dict[str, str]] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)


@dataclass
class _Now:
    """What stands: revisions, corrections by row key, and dropped rows with their reasons."""

    standing: Standing
    edits: dict[str, RowCells]
    dropped: dict[str, str]


def read(
    roster: Roster,
    file: StoredFile,
    override: dict[str, str | None] | None,
    *,
    by: Actor,
    at: datetime,
    report: Callable[[int, int], None],
) -> RosterCheck:
    """Read a file as the roster's next reading; its lines replace those of the reading before. Raises Refused."""
    content = files.content(file, purpose="roster_reading", by=by, at=at)
    reading_no = RosterReading.objects.filter(roster=roster).count() + 1
    report(1, 3)
    checked = checks.check(content, file.name, roster=roster, reading_no=reading_no, override=override, by=by, at=at)
    report(2, 3)
    checks.mark_known(checked, roster)
    RosterReading.objects.create(
        roster=roster,
        reading_no=reading_no,
        file=file,
        mapping=checked.mapping,
        override=override,
        rows_index=checked.rows_index,
        declared_total_fen=checked.declared_total_fen,
        read_by_id=by.official_id,
        read_at=at,
    )
    found = recording.record(roster, checked, reading_no=reading_no, standing={}, dropped={}, by=by, at=at)
    report(3, 3)
    return found


def recheck(roster: Roster, changes: Changes, *, by: Actor, at: datetime) -> RosterCheck:
    """Check the current reading again with the clerk's changes. Raises Refused ``no_row``, ``no_change``."""
    reading = RosterReading.objects.filter(roster=roster).select_related("file").order_by("-reading_no").first()
    if reading is None:
        raise Refused(words.NO_FILE, code="no_file")
    now = _now(roster, by, at)
    _apply(changes, now)
    content = files.content(reading.file, purpose="roster_checking", by=by, at=at)
    checked = checks.check(
        content,
        reading.file.name,
        roster=roster,
        reading_no=reading.reading_no,
        override=reading.override,
        edits={key: row.edits for key, row in now.edits.items() if row.edits},
        dropped=frozenset(now.dropped),
        by=by,
        at=at,
    )
    for line in checked.lines:
        out = line.row_key in now.dropped
        line.cells = cells.kept(line.cells, now.edits.get(line.row_key), dropped=out)
        line.name = line.cells.texts.get("name", "") if out else line.name
    checks.mark_known(checked, roster)
    return recording.record(
        roster,
        checked,
        reading_no=reading.reading_no,
        standing=now.standing,
        dropped=now.dropped,
        by=by,
        at=at,
    )


def _now(roster: Roster, by: Actor, at: datetime) -> _Now:
    found = sql.rows("rosters/current_contents", roster=roster.pk)
    texts = vault.open_many(
        [(row["id"], row["cells_sealed"]) for row in found],
        place=cells.PLACE,
        purpose="roster_checking",
        subject=f"roster:{roster.pk}",
        by=by,
        at=at,
    )
    return _Now(
        standing={row["row_key"]: (row["revision"], bytes(row["content_index"])) for row in found},
        edits={row["row_key"]: cells.loads(text or "[]") for row, text in zip(found, texts, strict=True)},
        dropped={row["row_key"]: row["reason"] for row in found if row["standing"] == recording.DROPPED},
    )


def _apply(changes: Changes, now: _Now) -> None:
    for key in (*changes.edited, *changes.dropped):
        if key not in now.standing:
            raise Refused(words.NO_ROW, code="no_row")
    for key, fields in changes.edited.items():
        row = now.edits[key]
        wanted = {name: text for name, text in fields.items() if text != row.texts.get(name, "")}
        after = cells.edited(row, wanted)
        if after.edits == row.edits and key not in now.dropped:
            raise Refused(words.NO_CHANGE, code="no_change")
        now.edits[key] = after
        now.dropped.pop(key, None)
    now.dropped.update(changes.dropped)
