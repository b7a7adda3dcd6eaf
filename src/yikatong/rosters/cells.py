"""A row's cells as the clerk wrote them: how they are kept (sealed), shown and masked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from yikatong.kit import columns, masking

PLACE = "rosters_rosterline.cells_sealed"

# The fields of a row in the order in which the roster page shows them.
SHOWN = ("name", "id_number", "card_number", "quantity", "periods", "rate", "amount", "occasion", "mobile", "village")
_MASKS = {"id_number": masking.id_number, "card_number": masking.card_number, "mobile": masking.mobile}


@dataclass(frozen=True)
class RowCells:
    """``texts``: field -> what stands there. ``letters``: field -> column letter. ``edits``: field -> corrected text."""

    texts: dict[str, str]
    letters: dict[str, str]
    edits: dict[str, str]

    @property
    def fields(self) -> dict[str, str]:
        """Column letter -> field."""
        return {letter: field for field, letter in self.letters.items()}

    def masked(self) -> "RowCells":
        """The same with ID, card and mobile numbers masked."""
        texts = {field: _MASKS[field](text) if field in _MASKS else text for field, text in self.texts.items()}
        return replace(self, texts=texts, edits={})


def dumps(row: RowCells) -> str:
    """As JSON text, keys in order, so that equal rows have equal texts."""
    return json.dumps([row.texts, row.letters, row.edits], ensure_ascii=False, sort_keys=True)


def loads(text: str) -> RowCells:
    """From JSON text."""
    found = json.loads(text)
    return RowCells(*found) if found else RowCells({}, {}, {})


def field_words(field: str) -> str:
    """A field in Chinese."""
    return columns.FIELDS.get(field, field)


def edited(row: RowCells, changes: Mapping[str, str]) -> RowCells:
    """The row with fields changed by the clerk; a field that the table has no column for is left out."""
    known = {field: text for field, text in changes.items() if field in row.letters}
    return replace(row, edits=row.edits | known)


def kept(read: RowCells, before: RowCells | None, *, dropped: bool) -> RowCells:
    """The cells to keep after a check: with the clerk's corrections so far; a dropped row keeps what it showed."""
    if before is None:
        return read
    return before if dropped else replace(read, edits=before.edits)
