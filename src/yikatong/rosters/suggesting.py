"""What a bad cell could say: only what the cycle before or the registry holds, never a computed check digit.

A computed digit would hide a wrong one elsewhere in the number; a number that was paid last year, or that the card office
issued, is somebody's.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from yikatong.core import sql, vault
from yikatong.core.authz import Actor
from yikatong.registry import queries as registry

from . import cells, comparing, words
from .models import Roster
from .queries import ProblemRow, Suggestion

FIELDS = ("id_number", "card_number", "name")


def suggest(roster: Roster, rows: Sequence[ProblemRow], *, by: Actor, at: datetime) -> None:
    """Put suggestions into the rows of a page of the clerk's own desk, for the cells that are to be mended."""
    wanted = [row.row_key for row in rows if any(row.tone(field) == "error" for field in FIELDS)]
    if not wanted:
        return
    previous = comparing.previous_of(roster)
    found = sql.rows(
        "rosters/suggestions", roster=roster.pk, row_keys=wanted, previous=previous.pk if previous else None
    )
    earlier = _opened(found, "earlier_line_id", "earlier_cells", cells.PLACE, roster, by, at)
    numbers = _opened(found, "card_id", "card_number_sealed", registry.NUMBER_PLACE, roster, by, at)
    told: dict[str, list[Suggestion]] = {}
    for row, before, number in zip(found, earlier, numbers, strict=True):
        texts = cells.loads(before or "{}").shown
        told[row["row_key"]] = [
            Suggestion("id_number", texts.get("id_number", ""), words.FROM_LAST_CYCLE),
            Suggestion("card_number", number or "", words.FROM_CARD_REGISTRY),
            Suggestion("card_number", texts.get("card_number", ""), words.FROM_LAST_CYCLE),
            Suggestion("name", row["registered_name"] or "", words.FROM_REGISTRY),
        ]
    for one in rows:
        one.suggestions = _fitting(one, told.get(one.row_key, []))


def _fitting(row: ProblemRow, told: Sequence[Suggestion]) -> list[Suggestion]:
    """Those for cells that are wrong and say something else; the first of equal texts."""
    fitting: dict[tuple[str, str], Suggestion] = {}
    for one in told:
        if one.text and row.tone(one.field) == "error" and one.text != row.cells.get(one.field):
            fitting.setdefault((one.field, one.text), one)
    return list(fitting.values())


def _opened(
    found: Sequence[dict[str, Any]], row_id: str, sealed: str, place: str, roster: Roster, by: Actor, at: datetime
) -> list[str | None]:
    if not any(row[sealed] is not None for row in found):
        return [None] * len(found)
    return vault.open_many(
        [(row[row_id], row[sealed]) for row in found],
        place=place,
        purpose="roster_desk",
        subject=f"roster:{roster.pk}",
        by=by,
        at=at,
    )
