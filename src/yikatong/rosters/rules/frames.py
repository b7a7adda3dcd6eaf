"""From the tables of a sheet to frames: one row a line of the roster, five columns a field."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import polars as pl

from yikatong.kit import text
from yikatong.kit.sheets import Cell, CellError, Sheet, column_letter, shown
from yikatong.rosters.rules.layout import Table

FIELDS = (
    "serial", "township", "village", "group", "name", "sex", "id_number", "card_number",
    "quantity", "periods", "rate", "amount", "occasion", "mobile", "remark",
)  # fmt: skip

ROWS_SCHEMA: dict[str, pl.DataType] = {
    "sheet": pl.String(), "sheet_index": pl.Int32(), "row": pl.Int64(), "row_key": pl.String(), "hidden": pl.Boolean(),
    "heading": pl.String(), "raw": pl.List(pl.String()),
    **{
        f"{name}{suffix}": kind
        for name in FIELDS
        for suffix, kind in (
            ("", pl.String()), ("_type", pl.String()), ("_number", pl.Float64()), ("_column", pl.String()), ("_formula", pl.Boolean()),
        )
    },
}  # fmt: skip

ODD_SCHEMA = {
    "sheet": pl.String(),
    "sheet_index": pl.Int32(),
    "row": pl.Int64(),
    "column": pl.String(),
    "odd": pl.String(),
    "seen": pl.String(),
}
_FILLED_DOWN = ("township", "village", "group")


def rows_frame(sheet: Sheet, index: int, table: Table, headings: Mapping[int, str]) -> pl.DataFrame:
    """The data rows of one table as ROWS_SCHEMA. A field without a column is null in all its columns.
    `headings`: the lines over each row that may name its village, see `headings.of_rows`."""
    numbers = table.data_rows
    texts = _texts(sheet, numbers)
    columns: dict[str, Sequence[object] | pl.Series] = {
        "sheet": [sheet.name] * len(numbers),
        "sheet_index": [index] * len(numbers),
        "row": [number + 1 for number in numbers],
        "row_key": [f"{index + 1}-{number + 1}" for number in numbers],
        "hidden": [number in sheet.hidden_rows for number in numbers],
        "heading": [headings.get(number) for number in numbers],
        "raw": pl.select(pl.concat_list(texts)).to_series() if texts else [],
    }
    for name in FIELDS:
        place = table.place(name)
        if place is None:
            continue
        cells: list[Cell] = [_at(sheet.rows[number], place) for number in numbers]
        filled = _filled_down(sheet, numbers, place, cells) if name in _FILLED_DOWN else cells
        same = filled is cells and place < len(texts)
        columns[name] = texts[place] if same else [shown(cell) for cell in filled]
        columns[f"{name}_type"] = [
            "filled" if own == "" and cell != "" else cell_type(cell) for own, cell in zip(cells, filled, strict=True)
        ]
        columns[f"{name}_number"] = [_number(cell) for cell in filled]
        columns[f"{name}_column"] = [column_letter(place)] * len(numbers)
        columns[f"{name}_formula"] = [(number, place) in sheet.formulas for number in numbers]
    present = {name: kind for name, kind in ROWS_SCHEMA.items() if name in columns}
    frame = pl.DataFrame(columns, schema=present, strict=False)
    absent = [pl.lit(None, kind).alias(name) for name, kind in ROWS_SCHEMA.items() if name not in present]
    return frame.with_columns(absent).select(list(ROWS_SCHEMA))


def _texts(sheet: Sheet, numbers: Sequence[int]) -> list[pl.Series]:
    """Every cell of the rows as text, column by column (a list for each row would cost five times as much)."""
    width = max((len(sheet.rows[number]) for number in numbers), default=0)
    return [
        pl.Series(f"c{place}", [shown(_at(sheet.rows[number], place)) for number in numbers], pl.String())
        for place in range(width)
    ]


def _at(row: Sequence[Cell], place: int) -> Cell:
    return row[place] if place < len(row) else ""


def _filled_down(sheet: Sheet, numbers: Sequence[int], place: int, cells: list[Cell]) -> list[Cell]:
    # A village cell merged over its rows has its text in the first row only.
    source = {
        row: top
        for top, left, bottom, right in sheet.merged
        if left <= place <= right and bottom > top
        for row in range(top, bottom + 1)
    }
    filled = [
        _at(sheet.rows[source[number]], place) if cell == "" and number in source else cell
        for number, cell in zip(numbers, cells, strict=True)
    ]
    blank = sum(cell == "" for cell in filled)
    if not filled or filled[0] == "" or blank * 3 < len(filled):
        return filled if source else cells
    # Written in the first row of each village only; a cell left empty here and there is no such habit.
    for place_in, cell in enumerate(filled):
        if cell == "":
            filled[place_in] = filled[place_in - 1]
    return filled


def cell_type(cell: Cell) -> str:
    """text, number, date, bool, error or empty (`filled` for a place written further up); a cell of nothing but spaces is empty."""
    if isinstance(cell, CellError):
        return "error"
    if isinstance(cell, str):
        return "text" if text.without_blanks(cell) else "empty"
    if isinstance(cell, bool):
        return "bool"
    return "date" if isinstance(cell, (date, datetime, time, timedelta)) else "number"


def _number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None


def odd_cells(sheet: Sheet, index: int, table: Table) -> pl.DataFrame:
    """Cells of data rows that are formulas (`odd` is formula), or text that a spreadsheet would run (`odd` is text)."""
    serial, found = table.place("serial"), []
    for number in table.data_rows:
        for place, cell in enumerate(sheet.rows[number]):
            if (number, place) in sheet.formulas:
                if place != serial:
                    found.append((sheet.name, index, number + 1, column_letter(place), "formula", shown(cell)))
            elif isinstance(cell, str) and cell and _would_run(cell):
                found.append((sheet.name, index, number + 1, column_letter(place), "text", cell))
    return pl.DataFrame(found, schema=ODD_SCHEMA, orient="row")


def _would_run(cell: str) -> bool:
    # A lone dash is how clerks write "nothing"; no program runs it.
    bare = cell.lstrip()
    return bare[:1] in ("=", "+", "-", "@", "＝", "＋", "－", "＠") and bool(bare.strip("-－+＋= "))
