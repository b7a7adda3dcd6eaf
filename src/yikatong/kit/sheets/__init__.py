"""Workbooks and CSV files as typed cells, opened without trusting them.

`read(content, filename)` gives a `Workbook`; a file that must not be opened or cannot be read raises `Unreadable` with the kind
of problem (see `kit.problems`) and what a person should know about it.
"""

from yikatong.kit.sheets import delimited, guard, old_excel, open_xml
from yikatong.kit.sheets.model import Cell, CellError, Limits, Sheet, Unreadable, Workbook, column_letter, shown

__all__ = ["Cell", "CellError", "Limits", "Sheet", "Unreadable", "Workbook", "column_letter", "read", "shown"]


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
