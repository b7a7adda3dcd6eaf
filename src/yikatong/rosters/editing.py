"""Mending many cells at once, and taking the last mending back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction

from yikatong.core import sql
from yikatong.core.authz import Actor
from yikatong.core.refusals import Refused

from . import cells, words
from .models import Roster, RosterCheck
from .rechecking import Changes, recheck
from .states import FLOW

ROWS_MAX = 200


@transaction.atomic
def correct_lines(
    *,
    roster: Roster,
    changes: Mapping[str, Mapping[str, str]],
    accepted: Mapping[str, Collection[str]] | None = None,
    by: Actor,
    at: datetime,
    seen_version: int,
) -> RosterCheck:
    """Correct cells of many rows (row key -> field -> text) and check the whole roster once; dropped rows come back.

    ``accepted`` (row key -> fields) are cells that are right as they are shown: what a formula came to is then what the clerk says.

    Rows where nothing is said anew stay as they are. Raises Refused ``no_change`` when that is all of them, ``no_row``,
    ``too_many``, YK002 somebody was quicker, YK004 completed.
    """
    right = {key: set(fields) for key, fields in (accepted or {}).items()}
    if len(changes.keys() | right.keys()) > ROWS_MAX:
        raise Refused(words.TOO_MANY_ROWS.format(count=ROWS_MAX), code="too_many")
    FLOW.take("correct", subject=roster, by=by, at=at, seen_version=seen_version)
    edited = {key: dict(fields) for key, fields in changes.items()}
    return recheck(roster, Changes(edited=edited, accepted=right), by=by, at=at)


def revisions(roster: Roster, row_keys: Sequence[str]) -> dict[str, int]:
    """Row key -> the revision that stands there now: what a later ``restore_lines`` goes back to."""
    rows = sql.rows("rosters/revisions", roster=roster.pk, row_keys=list(row_keys))
    return {row["row_key"]: row["revision"] for row in rows}


@transaction.atomic
def restore_lines(
    *, roster: Roster, before: Mapping[str, int], by: Actor, at: datetime, seen_version: int
) -> RosterCheck:
    """撤销: let rows say again what they said in an earlier revision (row key -> revision); itself a correction.

    Raises Refused as ``correct_lines`` does.
    """
    FLOW.take("correct", subject=roster, by=by, at=at, seen_version=seen_version, reason=words.UNDONE_REASON)
    found = sql.rows("rosters/earlier_cells", roster=roster.pk, row_keys=list(before), revisions=list(before.values()))
    told = Changes()
    for row, kept in zip(found, cells.opened(found, roster_id=roster.pk, by=by, at=at), strict=True):
        if row["standing"] == "dropped":
            told.dropped[row["row_key"]] = row["reason"]
        else:
            told.restored[row["row_key"]] = kept.edits
    return recheck(roster, told, by=by, at=at)
