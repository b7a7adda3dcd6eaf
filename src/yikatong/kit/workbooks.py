"""Writes lists as an Excel workbook (.xlsx), row by row, so that its length costs no memory.

Money and quantities come as whole fen and millionths and stand in the file as numbers with their decimals, exact to
the last digit; numbers of cards and people stand as text, which Excel would otherwise cut to fifteen digits.
"""

import enum
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain, islice
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from . import money

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What Excel can hold in one sheet, one row of them for the heads; what is more goes on in a next sheet.
SHEET_ROWS_MAX = 1_048_575
TEXT_MAX = 32_767
REPORT_ROWS = 1_000
_NO_TITLE = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class Kind(enum.StrEnum):
    """What a column holds: text, whole fen, whole millionths, a whole number, a day, or a moment without zone."""

    TEXT = "text"
    YUAN = "yuan"
    QUANTITY = "quantity"
    COUNT = "count"
    DAY = "day"
    MOMENT = "moment"


_FORMATS = {
    Kind.TEXT: "@",
    Kind.YUAN: "#,##0.00",
    Kind.QUANTITY: "#,##0.00####",
    Kind.COUNT: "#,##0",
    Kind.DAY: "yyyy-mm-dd",
    Kind.MOMENT: "yyyy-mm-dd hh:mm",
}
_DECIMALS: dict[Kind, Callable[[int], str]] = {Kind.YUAN: money.plain_yuan, Kind.QUANTITY: money.format_quantity}
_WIDTHS = {Kind.TEXT: 14, Kind.YUAN: 16, Kind.QUANTITY: 12, Kind.COUNT: 10, Kind.DAY: 12, Kind.MOMENT: 17}


@dataclass(frozen=True)
class Head:
    """The head of a column: its words, what stands below, its width in characters (0: by kind and words), and whether money
    below it adds up (a rate does not)."""

    words: str
    kind: Kind = Kind.TEXT
    width: int = 0
    adds_up: bool = True


@dataclass
class Tally:
    """What was written of one sheet: rows, and the sum in fen of each column of money."""

    title: str
    row_count: int = 0
    sums_fen: dict[str, int] = field(default_factory=dict)


class Book:
    """A workbook that grows by whole sheets and is then written out once."""

    def __init__(self) -> None:
        self._book = Workbook(write_only=True)

    def add(
        self,
        title: str,
        heads: Sequence[Head],
        rows: Iterable[Sequence[Any]],
        *,
        report: Callable[[int], None] | None = None,
    ) -> Tally:
        """Append a list: each row has a value for each head, None where there is none. ``report`` hears how many rows are
        written, now and then, and may raise to stop."""
        tally = Tally(title, 0, {head.words: 0 for head in heads if head.kind is Kind.YUAN and head.adds_up})
        counted = self._counted(heads, rows, tally, report)
        for number, first in enumerate(counted, start=1):
            part = chain((first,), islice(counted, SHEET_ROWS_MAX - 1))
            self._sheet(title if number == 1 else f"{title}（续{number - 1}）", heads, part)
        if not tally.row_count:
            self._sheet(title, heads, iter(()))
        return tally

    def save(self, to: IO[bytes]) -> None:
        """Write everything; the book is then spent."""
        self._book.save(to)

    def _discard(self) -> None:
        """Remove the temporary files of a book that will not be written; openpyxl itself would at the process's end."""
        for sheet in self._book.worksheets:
            sheet._writer.cleanup()

    def _counted(
        self,
        heads: Sequence[Head],
        rows: Iterable[Sequence[Any]],
        tally: Tally,
        report: Callable[[int], None] | None,
    ) -> Iterator[Sequence[Any]]:
        money = [(place, head.words) for place, head in enumerate(heads) if head.words in tally.sums_fen]
        for row in rows:
            tally.row_count += 1
            for place, words in money:
                tally.sums_fen[words] += row[place] or 0
            yield row
            if report and tally.row_count % REPORT_ROWS == 0:
                report(tally.row_count)

    def _sheet(self, title: str, heads: Sequence[Head], rows: Iterator[Sequence[Any]]) -> None:
        sheet = self._book.create_sheet(_NO_TITLE.sub(" ", title)[:31])
        sheet.freeze_panes = "A2"
        for place, head in enumerate(heads, start=1):
            width = head.width or max(_WIDTHS[head.kind], 2 * len(head.words) + 4)
            sheet.column_dimensions[get_column_letter(place)].width = width
        sheet.append([_head(sheet, head.words) for head in heads])
        # One cell a column is written again and again: to make a new one each time takes thrice as long.
        cells = [_blank(sheet, head.kind) for head in heads]
        count = 0
        try:
            for row in rows:
                sheet.append(
                    [_filled(cell, value, head.kind) for cell, head, value in zip(cells, heads, row, strict=True)]
                )
                count += 1
        except BaseException:
            sheet.close()
            self._discard()
            raise
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{count + 1}"
        # Written to its own temporary file now, so that only one sheet is ever open.
        sheet.close()


def _head(sheet: Any, words: str) -> Any:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _blank(sheet: Any, kind: Kind) -> Any:
    cell = WriteOnlyCell(sheet)
    cell.number_format = _FORMATS[kind]
    return cell


def _filled(cell: Any, value: Any, kind: Kind) -> Any:
    if value is None or value == "":
        return None
    if kind in _DECIMALS:
        # As written out by us: openpyxl rounds a number to sixteen digits by way of a float, and 93.24 becomes 93.23999999999999.
        cell.value, cell.data_type = _DECIMALS[kind](value), "n"
        return cell
    if kind is Kind.TEXT:
        # A name that begins with = is a name and no formula, and stays one when somebody edits the cell (format @).
        cell.value, cell.data_type = _NO_TEXT.sub("", str(value))[:TEXT_MAX], "s"
        return cell
    assert isinstance(value, int | date), (value, kind)
    cell.value = value
    # A day makes openpyxl choose a format of its own.
    cell.number_format = _FORMATS[kind]
    return cell
