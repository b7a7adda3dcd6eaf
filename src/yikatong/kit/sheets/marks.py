"""What the XML of a worksheet says beside its values."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

Formulas = dict[int, pl.Series]
"""Column -> the rows of it that hold a formula (Int32, ascending); both count from 0."""


@dataclass
class Marks:
    """Formulas, error values by row and column, hidden rows and columns, all from 0; `rows` and `columns` reach to the last filled
    cell or beyond."""

    formulas: Formulas = field(default_factory=dict)
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    rows: int = 0
    columns: int = 0


def by_column(rows: Iterable[int], columns: Iterable[int]) -> Formulas:
    """Places of formulas, row for row with their columns, as `Formulas`."""
    places = pl.DataFrame({"row": list(rows), "column": list(columns)}, schema={"row": pl.Int32, "column": pl.Int32})
    return {
        int(column): part["row"].sort()
        for (column,), part in places.sort("column").partition_by("column", as_dict=True).items()
    }


def add_hidden_columns(marks: Marks, attributes: dict[str, str], columns_max: int) -> None:
    """Takes over a `col` element that hides columns."""
    if attributes.get("hidden") in ("1", "true") or attributes.get("width") == "0":
        first, last = int(attributes["min"]) - 1, int(attributes["max"])
        marks.hidden_columns.update(range(first, min(last, columns_max)))
