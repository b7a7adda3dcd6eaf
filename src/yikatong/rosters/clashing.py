"""Two who edit one row: the second is shown what they typed beside what the first left there, and changes nothing (B11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from yikatong.core import sql
from yikatong.core.authz import Actor
from yikatong.kit import columns

from . import cells, editing, queries
from .models import Roster


@dataclass(frozen=True)
class Clash:
    """One cell: its row and column, what was typed, and what stands there now."""

    row_key: str
    field: str
    typed: str
    standing: str

    @property
    def column_words(self) -> str:
        """The column as the clerk calls it."""
        return columns.FIELDS[self.field]

    @property
    def row_no(self) -> str:
        """The row's number in the clerk's own file."""
        return self.row_key.rpartition("-")[2].lstrip("0")


def clashes(roster: Roster, changes: Mapping[str, Mapping[str, str]], *, by: Actor, at: datetime) -> list[Clash]:
    """The cells of ``changes`` (row key -> field -> text) where something else stands now; none on another's desk."""
    if not queries.edits(by, roster):
        return []
    now = editing.revisions(roster, list(changes)[: editing.ROWS_MAX])
    found = sql.rows("rosters/earlier_cells", roster=roster.pk, row_keys=list(now), revisions=list(now.values()))
    opened = cells.opened(found, roster_id=roster.pk, by=by, at=at)
    rows = {row["row_key"]: kept.shown for row, kept in zip(found, opened, strict=True)}
    return [
        Clash(key, field, typed, rows[key].get(field, ""))
        for key, typed_cells in changes.items()
        for field, typed in typed_cells.items()
        if key in rows and field in columns.FIELDS and typed.strip() != rows[key].get(field, "").strip()
    ]
