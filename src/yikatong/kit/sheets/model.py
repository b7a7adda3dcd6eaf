"""What a sheet is, whatever program wrote it."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta


class CellError(str):
    """An Excel error value such as #REF!, told apart from the same text typed by a person."""


Cell = str | float | int | bool | date | datetime | time | timedelta | CellError


class Unreadable(Exception):
    """The file cannot or must not be read. `kind` is a kind of `kit.problems`, `note` says what was found, in Chinese."""

    def __init__(self, kind: str, note: str, row: int | None = None) -> None:
        super().__init__(f"{kind}: {note}")
        self.kind, self.note, self.row = kind, note, row


@dataclass(frozen=True)
class Limits:
    """What a file may cost. The defaults fit the largest county roster several times over."""

    bytes_max: int = 200 << 20
    inflated_bytes_max: int = 1 << 30
    entries_max: int = 5_000
    rows_max: int = 200_000
    columns_max: int = 512


@dataclass
class Sheet:
    """One sheet. `rows[0]` is row 1 of Excel (or record 1 of a CSV); '' is an empty cell; row and column sets count from 0."""

    name: str | None
    rows: list[list[Cell]]
    visible: bool = True
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Merged areas as first row, first column, last row, last column."""


@dataclass
class Workbook:
    """All sheets in the order of the file. `kind` is xlsx, xls or csv."""

    kind: str
    sheets: list[Sheet]


def column_letter(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def shown(cell: Cell) -> str:
    """A cell as text, near to what the sheet shows: whole numbers without a decimal point, dates as YYYY-MM-DD."""
    if isinstance(cell, str):
        return str(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    return str(cell)
