"""A row's cells as the clerk wrote them: how they are kept (sealed), shown and masked."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from yikatong.core import vault
from yikatong.core.authz import Actor
from yikatong.kit import columns, masking

PLACE = "rosters_rosterline.cells_sealed"

# The fields of a row in the order in which the roster page shows them and in which they are kept: new ones go to the end.
SHOWN = ("name", "id_number", "card_number", "quantity", "periods", "rate", "amount", "occasion", "mobile", "village")
_MASKS = {"id_number": masking.id_number, "card_number": masking.card_number, "mobile": masking.mobile}


@dataclass(frozen=True)
class RowCells:
    """``texts``: field -> what the file has. ``letters``: field -> column letter. ``edits``: field -> corrected text.

    Later revisions that the first versions wrote hold the corrected text in ``texts``, too; a row's first revision never does.
    """

    texts: dict[str, str]
    letters: dict[str, str]
    edits: dict[str, str]

    @property
    def shown(self) -> dict[str, str]:
        """Field -> what stands there now: the corrections over the file."""
        return self.texts | self.edits

    @property
    def fields(self) -> dict[str, str]:
        """Column letter -> field."""
        return {letter: field for field, letter in self.letters.items()}

    def masked(self) -> "RowCells":
        """The same with ID, card and mobile numbers masked."""
        texts = {field: _MASKS[field](text) if field in _MASKS else text for field, text in self.shown.items()}
        return replace(self, texts=texts, edits={})


_PARTS = ("texts", "letters", "edits")
# How rows are kept: JSON {"texts": [...], "letters": [...], "edits": [...] or null}, one place a field of SHOWN, null where
# the table has no such column.
KEPT = pl.Struct(dict.fromkeys(_PARTS, pl.List(pl.String())))


def dumped(edits: pl.Expr) -> pl.Expr:
    """The kept JSON of every row of a frame of ``frames.ROWS_SCHEMA``; ``edits`` is the list of the clerk's corrections.

    A row comes to the same text whatever stands in the other rows.
    """
    letters = [pl.col(f"{name}_column") for name in SHOWN]
    lists = (as_read(), pl.concat_list(letters), edits)
    return pl.struct(one.alias(part) for one, part in zip(lists, _PARTS, strict=True)).struct.json_encode()


def as_read() -> pl.Expr:
    """The texts of every row of such a frame, a list in the order of SHOWN, null where the table has no such column."""
    return pl.concat_list(
        [pl.when(pl.col(f"{name}_column").is_not_null()).then(pl.col(name).fill_null("")) for name in SHOWN]
    )


def read_texts(opened: pl.Series) -> pl.Series:
    """The same of kept rows: what their file has, of a row's first revision."""
    return renewed(opened).str.json_decode(KEPT).struct.field("texts")


def shown_texts(opened: pl.Series) -> pl.DataFrame:
    """What stands in kept rows now, one column a field of SHOWN, null where the table has no such column."""
    kept = renewed(opened).str.json_decode(KEPT).struct.unnest()
    return kept.select(
        pl.coalesce(pl.col(part).list.get(place, null_on_oob=True) for part in ("edits", "texts")).alias(name)
        for place, name in enumerate(SHOWN)
    )


def listed(edits: Mapping[str, str]) -> list[str | None] | None:
    """Corrections by field as they are kept; None for none."""
    return [edits.get(name) for name in SHOWN] if edits else None


def opened(
    found: Sequence[Mapping[str, Any]], *, roster_id: int, by: Actor, at: datetime, purpose: str = "roster_desk"
) -> list[RowCells]:
    """The cells of kept rows of one roster (each with ``id`` and ``cells_sealed``), row for row. That they were opened is recorded."""
    sealed = [(row["id"], row["cells_sealed"]) for row in found]
    if not sealed:
        return []
    texts = vault.open_many(sealed, place=PLACE, purpose=purpose, subject=f"roster:{roster_id}", by=by, at=at)
    return [loads(text or "") for text in texts]


def loads(text: str) -> RowCells:
    """From the kept JSON; an empty text is an empty row."""
    found = json.loads(text or "{}")
    if isinstance(found, list):
        # Rows kept by the first version: three mappings by field.
        return RowCells(*found) if found else RowCells({}, {}, {})
    return RowCells(*(_by_field(found.get(part)) for part in _PARTS))


def renewed(texts: pl.Series) -> pl.Series:
    """Kept rows, those of the first version as rows are kept now."""
    if not texts.str.starts_with("[").any():
        return texts
    return pl.Series(texts.name, map(_renewed, texts), dtype=pl.String())


def _renewed(text: str) -> str:
    row = loads(text)
    lists = (listed(row.texts), listed(row.letters), listed(row.edits))
    return json.dumps(dict(zip(_PARTS, lists, strict=True)), ensure_ascii=False, separators=(",", ":"))


def _by_field(values: list[str | None] | None) -> dict[str, str]:
    return {name: value for name, value in zip(SHOWN, values or (), strict=False) if value is not None}


def field_words(field: str) -> str:
    """A field in Chinese."""
    return columns.FIELDS.get(field, field)


def edited(row: RowCells, changes: Mapping[str, str]) -> RowCells:
    """The row with fields changed by the clerk; a field that the table has no column for is left out."""
    known = {field: text for field, text in changes.items() if field in row.letters}
    return replace(row, edits=row.edits | known)
