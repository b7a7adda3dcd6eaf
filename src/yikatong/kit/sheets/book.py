"""What a sheet is, whatever program wrote it."""

from dataclasses import dataclass, field

from yikatong.kit.sheets.marks import Formulas
from yikatong.kit.sheets.packed import Rows


@dataclass
class Sheet:
    """One sheet. `rows[0]` is row 1 of Excel (or record 1 of a CSV); '' is an empty cell; row and column sets count from 0."""

    name: str | None
    rows: Rows
    visible: bool = True
    formulas: Formulas = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged areas as first row, first column, last row, last column."""


@dataclass
class Workbook:
    """All sheets in the order of the file. `kind` is xlsx, xls or csv."""

    kind: str
    sheets: list[Sheet]
