"""Workbooks and CSV files as typed cells, opened without trusting them.

`read(content, filename)` gives a `Workbook`; a file that must not be opened or cannot be read raises `Unreadable` with the kind
of problem (see `kit.problems`) and what a person should know about it.
"""

from yikatong.kit.sheets import cells, delimited, guard, old_excel, open_xml
from yikatong.kit.sheets.book import Sheet, Workbook
from yikatong.kit.sheets.cells import Column, column
from yikatong.kit.sheets.model import Cell, CellError, Limits, Unreadable, column_letter, shown
from yikatong.kit.sheets.packed import Part, Rows, rows

__all__ = [
    "Cell", "CellError", "Column", "Limits", "Part", "Rows", "Sheet", "Unreadable", "Workbook",
    "cells", "column", "column_letter", "read", "rows", "shown",
]  # fmt: skip


def read(content: bytes, filename: str, limits: Limits | None = None) -> Workbook:
    """The sheets of a file, by its content; the extension must agree with it. Raises `Unreadable`."""
    limits = limits or Limits()
    match guard.file_type(content, filename, limits):
        case "xlsx":
            return open_xml.read(content, limits)
        case "xls":
            return old_excel.read(content, limits)
        case _:
            return delimited.read(content, limits)
