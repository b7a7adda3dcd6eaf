"""What a township does with a roster: upload, correct, match, complete (C5–C12, E2–E4, F6)."""

import io
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from django.db import transaction

from yikatong.core import audit, authz, files, slots, sql, tasks
from yikatong.core.acting import action
from yikatong.core.authz import Actor
from yikatong.core.models import Area, StoredFile, TaskRun
from yikatong.core.permissions import P
from yikatong.core.refusals import Refused, explained

from . import queries, resuming, uploads, words
from .models import Roster, RosterCheck, RosterReading, TotalConfirmation, Upload
from .rechecking import Changes, recheck
from .rules import told
from .states import FLOW, OPEN


class AlreadyUploaded(Refused):
    """The same file was uploaded before; ``roster_no`` says where it lies."""

    code = "ALREADY_UPLOADED"

    def __init__(self, roster_no: str) -> None:
        super().__init__(words.ALREADY_UPLOADED.format(no=roster_no))
        self.roster_no = roster_no


@action
def receive(
    *,
    content: bytes | IO[bytes] | Upload,
    filename: str,
    cycle: Any,
    area_code: str,
    by: Actor,
    at: datetime,
    again: bool = False,
) -> Roster:
    """Take a township's (or the county's) file for a cycle and start reading it; the file is kept (E2–E4, F6).

    ``content`` may be a seekable stream, which is never held whole, or an upload in pieces, which is then forgotten.
    ``cycle`` is a catalog Cycle that the actor may see.
    Raises AlreadyUploaded unless ``again``; Refused ``file_size``; NotFound where the actor has no desk; YK008 when the cycle takes no rosters.
    """
    post = authz.require(by, P.ROSTER_EDIT, area_code=area_code)
    # One number after the other: two uploads for the same place and cycle wait for each other.
    sql.call("pg_advisory_xact_lock", cycle.pk)
    _refuse_while_reading(Roster.objects.filter(cycle_id=cycle.pk, area_code=area_code, state="received"))
    file = _keep(content, filename, by=by, at=at, agency_id=post.agency_id, again=again)
    place = Area.objects.values_list("prefix", flat=True).get(pk=area_code)
    number = Roster.objects.filter(cycle_id=cycle.pk, area_code=area_code).count() + 1
    no = f"R-{place}-{cycle.no}-{number:02d}"
    roster = Roster.objects.create(
        no=no,
        case_no=no,
        program_id=cycle.program_id,
        cycle_id=cycle.pk,
        area_code=area_code,
        agency_id=post.agency_id,
        created_at=at,
    )
    FLOW.take("receive", subject=roster, by=by, at=at, seen_version=0)
    start_reading(roster, file, None, by=by, at=at)
    slots.announce("roster.received", roster_id=roster.pk, by=by, at=at)
    return roster


@transaction.atomic
def replace(
    *,
    roster: Roster,
    content: bytes | IO[bytes] | Upload,
    filename: str,
    by: Actor,
    at: datetime,
    seen_version: int,
    again: bool = False,
) -> TaskRun:
    """Take another file for the same roster: once it is read it replaces the lines; a refused one changes nothing."""
    require_open(roster, by, seen_version, also="received")
    file = _keep(content, filename, by=by, at=at, agency_id=roster.agency_id, again=again)
    return start_reading(roster, file, None, by=by, at=at)


def require_open(roster: Roster, by: Actor, seen_version: int, also: str = "") -> None:
    """Raises Refused ``not_open``, ``reading`` unless the roster can take another file or mapping now, NotFound elsewhere."""
    authz.require(by, P.ROSTER_EDIT, area_code=roster.area_code, agency_id=roster.agency_id)
    now = Roster.objects.values("state", "version").get(pk=roster.pk)
    if now["state"] not in (*OPEN, also) or now["version"] != seen_version:
        raise Refused(words.NOT_OPEN, code="not_open")
    _refuse_while_reading([roster])


def _refuse_while_reading(some: Iterable[Roster]) -> None:
    """The same file twice is known by its reading, so the next one waits until the last one has been read."""
    subjects = [f"roster:{roster.pk}" for roster in some]
    if TaskRun.objects.filter(subject__in=subjects, state__in=("queued", "running")).exists():
        raise Refused(words.READING, code="reading")


def _keep(
    content: bytes | IO[bytes] | Upload, filename: str, *, by: Actor, at: datetime, agency_id: int, again: bool
) -> StoredFile:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    if isinstance(stream, Upload):
        stream = resuming.opened(stream)
    uploads.check_size(stream)
    earlier = (
        RosterReading.objects.filter(file__digest=uploads.digest(stream), roster__agency_id=agency_id)
        .exclude(roster__state="void")
        .select_related("roster")
        .first()
    )
    if earlier is not None and not again:
        raise AlreadyUploaded(earlier.roster.no)
    file = files.store(name=filename, kind="roster", content=stream, by=by, at=at)
    if isinstance(content, Upload):
        resuming.forget(content)
    return file


def start_reading(
    roster: Roster, file: StoredFile, override: list[told.Form] | None, *, by: Actor, at: datetime
) -> TaskRun:
    """Have a file read in the background; ``override`` is what the clerk said of its headings just now (``rules.told``)."""
    return tasks.start(
        "rosters.read",
        title=words.READ_TITLE.format(filename=file.name)[:120],
        subject=f"roster:{roster.pk}",
        by=by,
        at=at,
        url=f"/rosters/{roster.no}/",
        roster_id=roster.pk,
        file_id=file.pk,
        override=override,
        seen_version=roster.version,
    )


@transaction.atomic
def correct_line(
    *, roster: Roster, row_key: str, changes: Mapping[str, str], by: Actor, at: datetime, seen_version: int
) -> RosterCheck:
    """Correct cells of one row (field -> text) and check the whole roster again; a dropped row comes back.

    Rows whose finding changes get a new revision under the same row key, other rows stay. Raises Refused:
    ``no_row``, ``no_change``, YK002 somebody was quicker, YK004 completed.
    """
    FLOW.take("correct", subject=roster, by=by, at=at, seen_version=seen_version)
    return recheck(roster, Changes(edited={row_key: dict(changes)}), by=by, at=at)


@transaction.atomic
def drop_line(*, roster: Roster, row_key: str, reason: str, by: Actor, at: datetime, seen_version: int) -> RosterCheck:
    """Take one row out with a reason; it stays listed. Raises Refused ``no_reason``, ``no_row``, YK002, YK004."""
    if not reason.strip():
        raise Refused(words.NO_REASON, code="no_reason")
    FLOW.take("correct", subject=roster, by=by, at=at, seen_version=seen_version, reason=reason.strip())
    return recheck(roster, Changes(dropped={row_key: reason.strip()}), by=by, at=at)


@transaction.atomic
def confirm_total(*, roster: Roster, reason: str, by: Actor, at: datetime) -> TotalConfirmation:
    """Say why a total that differs from its rows is right nevertheless; holds for these very figures.

    Raises Refused ``no_reason``, ``no_mismatch``, YK100 completed.
    """
    authz.require(by, P.ROSTER_EDIT, area_code=roster.area_code, agency_id=roster.agency_id)
    if not reason.strip():
        raise Refused(words.NO_REASON, code="no_reason")
    found = queries.figures(roster)
    if found is None or not uploads.totals_differ(found):
        raise Refused(words.NOTHING_TO_CONFIRM, code="no_mismatch")
    with explained():
        confirmation = TotalConfirmation.objects.create(
            roster=roster,
            declared_total_fen=found["declared_total_fen"],
            read_total_fen=found["read_total_fen"],
            mismatch_count=found["mismatch_count"],
            reason=reason.strip(),
            confirmed_by_id=by.official_id,
            confirmed_at=at,
        )
    audit.record(
        "roster.total_confirmed",
        subject=f"roster:{roster.pk}",
        by=by,
        at=at,
        declared_fen=found["declared_total_fen"],
        read_fen=found["read_total_fen"],
        reason=reason.strip(),
    )
    return confirmation


@transaction.atomic
def match(*, roster: Roster, by: Actor, at: datetime, seen_version: int) -> int:
    """Compare all rows in order with the register and the card file (C5–C8, C11); again as round 2, 3, … (C10).

    Returns the round's number. Raises Refused YK002, YK004, YK005.
    """
    FLOW.take("match", subject=roster, by=by, at=at, seen_version=seen_version)
    round_no: int = sql.call("rosters_match_lines", roster.pk, by.official_id, at)
    audit.record("roster.matched", subject=f"roster:{roster.pk}", by=by, at=at, round=round_no)
    slots.announce("roster.matched", roster_id=roster.pk, by=by, at=at)
    return round_no


@transaction.atomic
def complete(*, roster: Roster, by: Actor, at: datetime, seen_version: int, seen_warnings: int) -> str:
    """Freeze what the roster pays into count, total and digest; the other rows stay listed as set aside (E2, F6).

    ``seen_warnings``: how many rows with 提醒 the clerk says to have looked at, which stays in the trail.
    Returns the digest. Raises Refused: ``warnings_unseen`` when there are others now, YK103 not matched, YK008 a total is
    unsettled, a row is not matched since it was corrected, nothing can be paid, or somebody is on another completed roster
    of the cycle.
    """
    authz.require(by, P.ROSTER_EDIT, area_code=roster.area_code, agency_id=roster.agency_id)
    figures = queries.figures(roster)
    count = figures["warning_count"] if figures else 0
    if count != seen_warnings:
        raise Refused(words.WARNINGS_UNSEEN.format(count=count), code="warnings_unseen")
    digest: str = sql.call("rosters_freeze", roster.pk)
    seen = words.WARNINGS_SEEN.format(count=count) if count else ""
    FLOW.take("complete", subject=roster, by=by, at=at, seen_version=seen_version, seen_digest=digest, reason=seen)
    roster.refresh_from_db()
    slots.announce("roster.completed", roster_id=roster.pk, by=by, at=at)
    return digest


@transaction.atomic
def send_back(*, roster_id: int, reason: str, by: Actor, at: datetime) -> None:
    """The managing department sends a completed roster back to its township, which may correct and complete it again.

    Called by ``batches``, which knows whether the roster is free. Raises NotFound for another department's, Refused
    YK004 not completed, YK007 without a reason.
    """
    roster = Roster.objects.select_related("cycle").get(pk=roster_id)
    authz.require(by, P.ROSTER_SEND_BACK, area_code=roster.area_code, agency_id=roster.cycle.agency_id)
    FLOW.take("send_back", subject=roster, by=by, at=at, seen_version=roster.version, reason=reason)
    slots.announce("roster.sent_back", roster_id=roster.pk, by=by, at=at)


@transaction.atomic
def void(*, roster: Roster, reason: str, by: Actor, at: datetime, seen_version: int) -> None:
    """Give a roster up before it is completed. Raises Refused YK007 without a reason, YK004 completed."""
    FLOW.take("void", subject=roster, by=by, at=at, seen_version=seen_version, reason=reason)
    slots.announce("roster.voided", roster_id=roster.pk, by=by, at=at)
