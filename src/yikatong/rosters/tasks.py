"""Background work of the rosters."""

from datetime import datetime

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs

from yikatong.core import clock, slots, tasks
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile

from . import carrying, checks, comparing, rechecking, resuming, telling, words
from .models import Roster, RosterCheck
from .states import FLOW


@tasks.work("rosters.read")
def read(
    *,
    progress: tasks.Progress,
    by: Actor,
    at: datetime,
    roster_id: int,
    file_id: int,
    override: checks.Override | None,
    seen_version: int,
) -> str:
    """Read and check a file; all or nothing. A refused file leaves the roster with what it had.

    Headings are what the clerk says (``override``), else what they said of such headings before; a file whose headings tell
    too little is asked about.
    """
    roster = Roster.objects.select_related("program", "cycle").get(pk=roster_id)
    file = StoredFile.objects.get(pk=file_id)
    try:
        found = _read(roster, file, override, progress=progress, by=by, at=at, seen_version=seen_version)
    except checks.HeadingsUnknown as unknown:
        telling.ask(roster, file, unknown.heads, at=at)
        return words.HEADINGS_ASKED.format(fault=unknown.fault)
    return words.READ_DONE.format(rows=found.row_count, ok=found.ok_count, errors=found.error_count)


@transaction.atomic
def _read(
    roster: Roster,
    file: StoredFile,
    override: checks.Override | None,
    *,
    progress: tasks.Progress,
    by: Actor,
    at: datetime,
    seen_version: int,
) -> RosterCheck:
    FLOW.take(
        "check" if roster.state == "received" else "replace", subject=roster, by=by, at=at, seen_version=seen_version
    )
    known = override if override is not None else telling.remembered(roster.agency_id)
    opened = rechecking.opened(roster, file, known, by=by, at=at)
    change = carrying.change(roster, opened, by=by, at=at)
    laid = rechecking.Laid() if change is None else change.laid
    found = rechecking.read(roster, opened, laid, by=by, at=at, report=progress.report)
    if isinstance(override, list):
        telling.remember(roster, override, by=by, at=at)
    if change is not None:
        carrying.record(roster, change)
    slots.announce("roster.checked", roster_id=roster.pk, by=by, at=at)
    return found


@tasks.work("rosters.compare")
def compare(*, progress: tasks.Progress, by: Actor, at: datetime, roster_id: int) -> str:
    """Compare a long roster with the cycle before."""
    comparing.compare(Roster.objects.get(pk=roster_id), by=by, at=at)
    return words.COMPARED


@jobs.periodic(cron="50 3 * * *")
@jobs.task(name="rosters.forget_uploads", queueing_lock="rosters.forget_uploads")
def forget_uploads(timestamp: int) -> None:
    """Each day: uploads that nobody finished are removed."""
    try:
        resuming.forget_old(at=clock.now())
    finally:
        # A worker's thread is no request: nobody else hangs up after it.
        connection.close()
