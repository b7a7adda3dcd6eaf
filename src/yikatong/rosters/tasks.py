"""Background work of the rosters."""

from datetime import datetime

from yikatong.core import slots, tasks
from yikatong.core.authz import Actor
from yikatong.core.models import StoredFile

from . import rechecking, words
from .models import Roster
from .states import FLOW


@tasks.work("rosters.read")
def read(
    *,
    progress: tasks.Progress,
    by: Actor,
    at: datetime,
    roster_id: int,
    file_id: int,
    override: dict[str, str | None] | None,
    seen_version: int,
) -> str:
    """Read and check a file; all or nothing. A refused file leaves the roster with what it had."""
    roster = Roster.objects.select_related("program", "cycle").get(pk=roster_id)
    verb = "check" if roster.state == "received" else "replace"
    FLOW.take(verb, subject=roster, by=by, at=at, seen_version=seen_version)
    file = StoredFile.objects.get(pk=file_id)
    found = rechecking.read(roster, file, override, by=by, at=at, report=progress.report)
    slots.announce("roster.checked", roster_id=roster.pk, by=by, at=at)
    return words.READ_DONE.format(rows=found.row_count, ok=found.ok_count, errors=found.error_count)
