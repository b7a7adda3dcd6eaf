"""The row checker on the database's side: references from the registry, the clerk's corrections laid over the file."""

from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from yikatong.catalog import queries as catalog
from yikatong.core import files
from yikatong.core.authz import Actor
from yikatong.core.beside import Beside
from yikatong.core.models import Area, StoredFile
from yikatong.core.refusals import Refused
from yikatong.kit.problems import REFUSING, Problem
from yikatong.registry import queries as registry

from . import words
from .models import Roster, RosterReading
from .rules import checking, reading, references, told

# What is told of the columns: forms (see ``rules.told``), or letters of columns, as readings of the first version keep it.
Override = list[dict[str, str | None]] | dict[str, str | None]
_ALREADY = ("ALREADY_UPLOADED", "warning")


class HeadingsUnknown(Refused):
    """The file cannot be read without a word of the clerk about its headings; ``fault`` says why, ``heads`` are its upper rows."""

    code = "file_refused"

    def __init__(self, fault: Problem, heads: list[told.Head]) -> None:
        super().__init__(words.REFUSED_FILE.format(message=fault.message()))
        self.fault, self.heads = fault.note, heads


@dataclass(frozen=True)
class _Asked:
    """The registry's answer on its way, and the blind indexes by which it was asked."""

    numbers: registry.Indexed
    found: "Future[registry.Found]"

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """People and cards; waits for them."""
        found = self.found.result()
        return found.people, found.cards


@dataclass(frozen=True)
class _Registry(references.References):
    """References of which people and cards are not held: they are looked up for the numbers of each part."""

    roster: Roster
    beside: Beside
    by: Actor
    at: datetime

    def asked(self, id_numbers: pl.Series, card_numbers: pl.Series) -> _Asked:
        """Ask for people and cards by their numbers."""
        numbers = registry.indexed(id_numbers, card_numbers)
        found = self.beside.do(
            registry.references_for,
            numbers,
            purpose="roster_checking",
            subject=f"roster:{self.roster.pk}",
            by=self.by,
            at=self.at,
        )
        return _Asked(numbers, found)


def numbers_of(part: checking.CheckedPart) -> registry.Indexed:
    """The numbers of a part of a check that ``begin`` began, with their blind indexes."""
    assert isinstance(part.answer, _Asked), "checked against other references than the registry"
    return part.answer.numbers


@dataclass(frozen=True)
class Opened:
    """A stored file as it was read for a roster; ``override`` as far as it was used."""

    file: StoredFile
    reading: reading.RosterReading
    reading_no: int
    override: Override | None


def opened(
    file: StoredFile, *, purpose: str, reading_no: int, override: Override | None, by: Actor, at: datetime
) -> Opened:
    """Read a stored file for a stated ``purpose``; nothing is checked yet.

    Raises Refused ``file_refused`` with one sentence when the file cannot be used at all, as HeadingsUnknown when only its
    headings say too little.
    """
    letters, forms = (override, []) if isinstance(override, dict) else (None, override or [])
    # What is read lies in columns: nobody holds the file beside them.
    found = reading.read(files.content(file, purpose=purpose, by=by, at=at), file.name, letters, forms=forms)
    if found.refused:
        fault = next((one for one in found.problems if one.kind in REFUSING), found.problems[0])
        if found.heads:
            raise HeadingsUnknown(fault, found.heads)
        raise Refused(words.REFUSED_FILE.format(message=fault.message()), code="file_refused")
    found.reading_no = reading_no
    return Opened(file, found, reading_no, letters or [dict(form) for form in found.forms] or None)


def begin(
    found: Opened,
    *,
    roster: Roster,
    changes: pl.DataFrame,
    dropped: pl.Series,
    beside: Beside,
    by: Actor,
    at: datetime,
) -> checking.Checking:
    """Make the rows of a file ready to be checked part by part.

    ``changes`` is a frame of ``corrections.CHANGES_SCHEMA``, rows of the keys ``dropped`` count as empty. The registry is
    asked through ``beside``, part by part.
    """
    return checking.begin(
        found.reading.with_changes(changes, dropped),
        _references(roster, beside, by, at),
        at.date(),
        program=roster.program.code,
        cycle=roster.cycle.label,
        township=Area.objects.values_list("name", flat=True).get(pk=roster.area_code),
    )


def _references(roster: Roster, beside: Beside, by: Actor, at: datetime) -> _Registry:
    return _Registry(
        people=pl.DataFrame(schema=references.PEOPLE),
        cards=pl.DataFrame(schema=references.CARDS),
        banks=registry.banks_frame(),
        areas=registry.areas_frame(),
        catalog=catalog.references_frame(by, cycle=roster.cycle),
        households=pl.DataFrame(schema=references.HOUSEHOLDS),
        roster=roster,
        beside=beside,
        by=by,
        at=at,
    )


def known_elsewhere(roster: Roster, rows_index: bytes) -> pl.DataFrame:
    """ALREADY_UPLOADED as a frame of ``checking.PROBLEMS``: empty unless another roster of the cycle holds the same rows."""
    known = (
        RosterReading.objects.filter(rows_index=rows_index, roster__cycle_id=roster.cycle_id)
        .exclude(roster__state="void")
        .exclude(roster_id=roster.pk)
        .select_related("roster")
        .first()
    )
    found = [] if known is None else [(None, None, None, None, *_ALREADY, "", f"与花名册 {known.roster.no} 相同")]
    return pl.DataFrame(found, schema=checking.PROBLEMS, orient="row")
