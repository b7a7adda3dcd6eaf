"""What a cell is, whatever program wrote it; what a file may cost; why one cannot be read."""

from dataclasses import dataclass
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
    rows_max: int = 1_000_000
    columns_max: int = 512
    cells_max: int = 25 << 20
    """Cells of the area from A1 to the last cell of a workbook's sheet, because that area is laid out in memory."""


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
