"""From the tables of a sheet to frames: one row a line of the roster, five columns a field."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from yikatong.kit.sheets import Column, Sheet, cells, column_letter
from yikatong.rosters.rules import expressions as x
from yikatong.rosters.rules import units
from yikatong.rosters.rules.headings import Headings
from yikatong.rosters.rules.layout import Table

FIELDS = (
    "serial", "township", "village", "group", "name", "sex", "id_number", "card_number",
    "quantity", "periods", "rate", "amount", "occasion", "mobile", "remark",
)  # fmt: skip

TYPE = pl.Enum(["text", "number", "date", "bool", "error", "empty", "filled"])
"""A cell of nothing but spaces is empty; `filled` is a place written further up."""

PLACES_SCHEMA: dict[str, pl.DataType] = {
    "sheet": pl.String(), "sheet_index": pl.Int32(), "row": pl.Int64(), "row_key": pl.String(), "hidden": pl.Boolean(),
    "heading": pl.String(),
}  # fmt: skip


def fields_schema(fields: Sequence[str]) -> dict[str, pl.DataType]:
    """The five columns of each field."""
    return {
        f"{name}{suffix}": kind
        for name in fields
        for suffix, kind in (
            ("", pl.String()), ("_type", TYPE), ("_number", pl.Float64()), ("_column", pl.String()), ("_formula", pl.Boolean()),
        )
    }  # fmt: skip


ROWS_SCHEMA: dict[str, pl.DataType] = {**PLACES_SCHEMA, **fields_schema(FIELDS)}

ODD_SCHEMA = {
    "sheet": pl.String(),
    "sheet_index": pl.Int32(),
    "row": pl.Int64(),
    "column": pl.String(),
    "odd": pl.String(),
    "seen": pl.String(),
}
_FILLED_DOWN = ("township", "village", "group")
_TYPES = {
    cells.TEXT: "text", cells.NUMBER: "number", cells.WHOLE: "number", cells.BOOL: "bool", cells.DAY: "date",
    cells.MOMENT: "date", cells.TIME: "date", cells.SPAN: "date", cells.ERROR: "error",
}  # fmt: skip
_TYPE_OF_KIND = pl.Series([_TYPES[kind] for kind in range(len(_TYPES))], dtype=TYPE)
_ALL_BLANK = rf"^{x.BLANK}*$"
_RUNS = r"^\s*[=+\-@＝＋－＠]"


@dataclass(frozen=True)
class RowsOfTable:
    """The data rows of one table. filled_down: for a field of places, the row of the sheet (from 0) where the place of each data
    row is written; a field that is written in every row itself is not in it."""

    sheet: Sheet
    index: int
    table: Table
    headings: Headings
    filled_down: Mapping[str, pl.Series]

    def column(self, place: int, numbers: pl.Series) -> Column:
        """Cells of some rows of the sheet, in yuan and mu."""
        return units.scaled(self.sheet.rows.column(place, numbers), self.table.factors.get(place))


def rows_of_table(sheet: Sheet, index: int, table: Table, headings: Headings) -> RowsOfTable:
    """A table made ready to be cut into frames. `headings`: the lines over its rows that may name the village."""
    places = {name: place for name in _FILLED_DOWN if (place := table.place(name)) is not None}
    found = {name: _filled_down(sheet, table.data_rows, place) for name, place in places.items()}
    return RowsOfTable(sheet, index, table, headings, {name: rows for name, rows in found.items() if rows is not None})


def _filled_down(sheet: Sheet, numbers: pl.Series, place: int) -> pl.Series | None:
    # A village cell merged over its rows has its text in the first row only.
    sources = _merged_sources(sheet, numbers, place)
    text = sheet.rows.column(place, numbers if sources is None else sources).text
    blank = text == ""
    if text.is_empty() or blank[0] or blank.sum() * 3 < text.len():
        return sources
    # Written in the first row of each village only; a cell left empty here and there is no such habit.
    sources = numbers if sources is None else sources
    return sources.to_frame("row").select(pl.when(~blank).then(pl.col("row")).forward_fill()).to_series()


def _merged_sources(sheet: Sheet, numbers: pl.Series, place: int) -> pl.Series | None:
    """The rows whose cells stand for those of the rows: the top of a merged area for its empty cells."""
    areas = [(top, bottom) for top, left, bottom, right in sheet.merged if left <= place <= right and bottom > top]
    if not areas:
        return None
    merged = pl.DataFrame(areas, schema={"top": pl.Int32, "bottom": pl.Int32}, orient="row").sort("top")
    return (
        pl.DataFrame({"row": numbers, "blank": sheet.rows.column(place, numbers).text == ""})
        .sort("row")
        .join_asof(merged, left_on="row", right_on="top", coalesce=False)
        .select(pl.when(pl.col("blank") & (pl.col("bottom") >= pl.col("row"))).then("top").otherwise("row"))
        .to_series()
    )


def rows_frame(source: RowsOfTable, start: int, count: int, fields: Sequence[str] = FIELDS) -> pl.DataFrame:
    """Some data rows of a table, as ROWS_SCHEMA or that much of it. A field without a column is null in all its columns."""
    sheet, numbers = source.sheet, source.table.data_rows[start : start + count]
    columns: list[pl.Series | pl.Expr] = [
        pl.lit(sheet.name, pl.String).alias("sheet"),
        pl.lit(source.index, pl.Int32).alias("sheet_index"),
        (numbers.cast(pl.Int64) + 1).alias("row"),
        pl.format("{}-{}", pl.lit(source.index + 1), pl.col("row")).alias("row_key"),
        _is_in(numbers, pl.Series(list(sheet.hidden_rows), dtype=pl.Int32)).alias("hidden"),
        source.headings.over(numbers).alias("heading"),
    ]
    frame = numbers.cast(pl.Int64).to_frame("row").select(pl.col("row") + 1)
    frame = frame.with_columns(columns)
    for name in fields:
        place = source.table.place(name)
        if place is not None:
            frame = frame.with_columns(_field_columns(source, name, place, start, numbers))
    schema = {**PLACES_SCHEMA, **fields_schema(fields)}
    absent = [pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in frame.columns]
    return frame.with_columns(absent).select(list(schema))


def _field_columns(
    source: RowsOfTable, name: str, place: int, start: int, numbers: pl.Series
) -> list[pl.Series | pl.Expr]:
    filled_down = source.filled_down.get(name)
    column = source.column(place, numbers if filled_down is None else filled_down[start : start + len(numbers)])
    kinds = _types(column)
    if filled_down is not None:
        own = source.sheet.rows.column(place, numbers).text
        filled = (own == "") & (column.text != "")
        kinds = kinds.zip_with(~filled, pl.Series(["filled"], dtype=TYPE).new_from_index(0, len(column)))
    formulas = source.sheet.formulas.get(place)
    return [
        column.text.alias(name),
        kinds.alias(f"{name}_type"),
        column.numbers_or_null().alias(f"{name}_number"),
        pl.lit(column_letter(place)).alias(f"{name}_column"),
        pl.lit(False).alias(f"{name}_formula")
        if formulas is None
        else _is_in(numbers, formulas).alias(f"{name}_formula"),
    ]


def _types(column: Column) -> pl.Series:
    kinds = _TYPE_OF_KIND.gather(column.kinds_or_text())
    blank = column.text.str.contains(_ALL_BLANK) & (kinds == "text")
    return kinds.zip_with(~blank, pl.Series(["empty"], dtype=TYPE).new_from_index(0, len(column)))


def _is_in(numbers: pl.Series, chosen: pl.Series) -> pl.Series:
    return numbers.is_in(chosen.implode())


def odd_cells(source: RowsOfTable, start: int, count: int) -> pl.DataFrame:
    """Cells of data rows that are formulas (`odd` is formula), or text that a spreadsheet would run (`odd` is text)."""
    numbers = source.table.data_rows[start : start + count]
    serial = source.table.place("serial")
    found = [_odd_of_column(source, place, numbers, place == serial) for place in range(source.sheet.rows.width)]
    odd = pl.concat([pl.DataFrame(schema={**ODD_SCHEMA, "place": pl.Int32()}), *found])
    return odd.sort("row", "place").drop("place")


def _odd_of_column(source: RowsOfTable, place: int, numbers: pl.Series, is_serial: bool) -> pl.DataFrame:
    column = source.column(place, numbers)
    inside = source.sheet.rows.lengths.gather(numbers) > place
    formulas = source.sheet.formulas.get(place)
    formula = inside & (_is_in(numbers, formulas) if formulas is not None else False)
    runs = column.is_text() & column.text.str.contains(_RUNS) & ~formula
    return (
        pl.DataFrame({"row": numbers, "seen": column.text, "formula": formula & (not is_serial), "runs": runs})
        .filter(pl.col("formula") | pl.col("runs"))
        # A lone dash is how clerks write "nothing"; no program runs it.
        .filter(pl.col("formula") | (pl.col("seen").str.strip_chars_start().str.strip_chars("-－+＋= ") != ""))
        .select(
            sheet=pl.lit(source.sheet.name, pl.String),
            sheet_index=pl.lit(source.index, pl.Int32),
            row=pl.col("row").cast(pl.Int64) + 1,
            column=pl.lit(column_letter(place)),
            odd=pl.when("formula").then(pl.lit("formula")).otherwise(pl.lit("text")),
            seen=pl.col("seen"),
            place=pl.lit(place, pl.Int32),
        )
    )
