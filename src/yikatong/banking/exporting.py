"""Writes what a page shows as an Excel workbook, row by row, so that its size costs no memory."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# More lines than this nobody reads in Excel; the page says so and shows the rest.
ROWS_MAX = 50_000


def workbook(sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]]) -> bytes:
    """An .xlsx of (name, heads, rows). Heads that end with （元） hold fen, shown as yuan; text stays text."""
    book = Workbook(write_only=True)
    for name, heads, rows in sheets:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for place, head in enumerate(heads, start=1):
            sheet.column_dimensions[get_column_letter(place)].width = max(12, 2 * len(head) + 4)
        sheet.append([_head(sheet, head) for head in heads])
        money = [head.endswith("（元）") for head in heads]
        for row in rows:
            sheet.append([_cell(sheet, value, is_money) for value, is_money in zip(row, money, strict=True)])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _head(sheet: WriteOnlyWorksheet, words: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, words)
    cell.font = Font(bold=True)
    return cell


def _cell(sheet: WriteOnlyWorksheet, value: Any, is_money: bool) -> WriteOnlyCell:
    if is_money and value is not None:
        cell = WriteOnlyCell(sheet, Decimal(value).scaleb(-2))
        cell.number_format = "#,##0.00"
        return cell
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M}"
    elif isinstance(value, date):
        value = value.isoformat()
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        # A name that begins with = is a name and no formula.
        cell.data_type = "s"
    return cell
