"""列对应: what a clerk says of a file's headings is used at once, and remembered for the township's next files."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from yikatong.core import sql, vault
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile, TaskRun
from yikatong.core.refusals import NotFound, Refused
from yikatong.kit import columns
from yikatong.kit.sheets import column_letter

from . import actions, queries, words
from .models import ColumnMapping, HeadingQuestion, Roster, RosterReading
from .rules import told

PLACE = "rosters_headingquestion.heads_sealed"
REMEMBERED_MAX = 50
HEADS_MAX = 5


@dataclass(frozen=True)
class Source:
    """Where the column mapping of a reading comes from: nobody (by the headings), this reading's clerk, or an earlier one.

    ``gone``: headings of the mapping told before that the file no longer has.
    """

    told_now: bool
    earlier: ColumnMapping | None
    gone: list[str]


def remembered(agency_id: int) -> list[dict[str, str | None]]:
    """What the agency's clerks said of headings, the newest first."""
    found = ColumnMapping.objects.filter(agency_id=agency_id).order_by("-id")
    return list(found.values_list("form", flat=True)[:REMEMBERED_MAX])


def remember(roster: Roster, forms: Iterable[told.Form], *, by: Actor, at: datetime) -> None:
    """Keep what a clerk said of the headings of the latest reading, for the agency's next files."""
    reading = RosterReading.objects.filter(roster=roster).latest("reading_no")
    for form in forms:
        ColumnMapping.objects.create(
            agency_id=roster.agency_id, reading=reading, form=form, told_by_id=by.official_id, told_at=at
        )


def source(roster: Roster) -> Source | None:
    """By whose word the columns of the latest reading are what they are; None before the first."""
    reading = RosterReading.objects.filter(roster=roster).order_by("-reading_no").first()
    if reading is None:
        return None
    if isinstance(reading.override, dict):
        return Source(True, None, [])
    if reading.override:
        same = ColumnMapping.objects.filter(agency_id=roster.agency_id, form__in=reading.override)
        earlier = same.filter(reading_id__lt=reading.pk).select_related("told_by").order_by("-id").first()
        return Source(same.filter(reading=reading).exists(), earlier, [])
    headings = [column["header"] for column in reading.mapping]
    return Source(False, None, told.missing(headings, remembered(roster.agency_id)))


def ask(roster: Roster, file: StoredFile, heads: Sequence[told.Head], *, at: datetime) -> None:
    """Keep the upper rows of a file that cannot be read without a word of the clerk."""
    (row,) = sql.reserve_ids("rosters_headingquestion", 1)
    text = json.dumps([asdict(head) for head in heads[:HEADS_MAX]], ensure_ascii=False)
    HeadingQuestion.objects.create(
        pk=row,
        roster=roster,
        reading_no=RosterReading.objects.filter(roster=roster).count() + 1,
        file=file,
        heads_sealed=vault.seal(text.encode(), place=PLACE, row=row),
        asked_at=at,
    )


def question(roster: Roster) -> HeadingQuestion | None:
    """The question that stands: no reading followed it."""
    last = HeadingQuestion.objects.filter(roster=roster).select_related("file").order_by("-id").first()
    read = RosterReading.objects.filter(roster=roster).count()
    return last if last is not None and last.reading_no > read else None


def heads(asked: HeadingQuestion, *, by: Actor, at: datetime) -> list[told.Head]:
    """The upper rows of the sheets, in full: for the roster's own desk only, audited. Raises NotFound for anybody else."""
    if not queries.edits(by, asked.roster):
        raise NotFound
    subject = f"roster:{asked.roster_id}"
    (text,) = vault.open_many(
        [(asked.pk, asked.heads_sealed)], place=PLACE, purpose="roster_desk", subject=subject, by=by, at=at
    )
    return [told.Head(**one) for one in json.loads(text or "[]")]


@transaction.atomic
def tell(
    *,
    roster: Roster,
    sheet: int,
    header_row: int,
    fields: Mapping[str, str | None],
    by: Actor,
    at: datetime,
    seen_version: int,
) -> TaskRun:
    """Say in which row of the asked file the headings stand and which column (letter) is which field; it is read by that.

    Raises Refused ``no_question``, ``no_headings``, ``columns`` (a needed one is missing, or one field told twice).
    """
    actions.require_open(roster, by, seen_version, also="received")
    asked = question(roster)
    if asked is None:
        raise Refused(words.NOTHING_ASKED, code="no_question")
    shown = heads(asked, by=by, at=at)
    rows = shown[sheet].rows if sheet < len(shown) else []
    at_row = header_row - shown[sheet].first_row if rows else -1
    if not 0 <= at_row < len(rows) or not told.can_be_headings(rows[at_row]):
        raise Refused(words.NO_HEADINGS.format(row=header_row), code="no_headings")
    _require_complete(fields)
    places = {place: fields.get(column_letter(place)) for place in range(len(rows[at_row]))}
    form = told.form([(text, place) for place, text in enumerate(rows[at_row])], places)
    return actions.start_reading(roster, asked.file, [form], by=by, at=at)


@transaction.atomic
def change_mapping(
    *, roster: Roster, mapping: Mapping[str, str | None], by: Actor, at: datetime, seen_version: int
) -> TaskRun:
    """Read the same file again under a corrected mapping (column letter -> field, None for 'not used').

    Raises Refused ``no_file``, ``columns`` (a needed one is missing, or one field told twice).
    """
    actions.require_open(roster, by, seen_version)
    file = queries.file_of(roster)
    if file is None:
        raise Refused(words.NO_FILE, code="no_file")
    _require_complete(mapping)
    tables: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for column in queries.mapping(roster):
        tables.setdefault((column["sheet"], column["header_row"]), []).append(column)
    forms: list[told.Form] = []
    for table in tables.values():
        headings = [(column["header"], _place(column["column"])) for column in table]
        fields = {_place(c["column"]): mapping.get(c["column"], c["field"]) for c in table}
        forms.append(told.form(headings, fields))
    return actions.start_reading(roster, file, told.distinct(forms), by=by, at=at)


def _require_complete(fields: Mapping[str, str | None]) -> None:
    chosen = [field for field in fields.values() if field]
    lacking = [columns.FIELDS[name] for name in columns.REQUIRED if name not in chosen]
    if lacking:
        raise Refused(words.COLUMN_NOT_TOLD.format(fields="、".join(lacking)), code="columns")
    twice = sorted({columns.FIELDS[name] for name in chosen if chosen.count(name) > 1})
    if twice:
        raise Refused(words.COLUMN_TOLD_TWICE.format(fields="、".join(twice)), code="columns")


def _place(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1
