"""Reads .xls (BIFF). xlrd gives typed cells, hidden rows and columns; formulas are found in the record stream itself,
because xlrd keeps only their last values.
"""

import io
import struct
from collections.abc import Iterable, Iterator
from datetime import datetime

import xlrd
from xlrd.compdoc import CompDoc

from yikatong.kit.sheets.book import Sheet, Workbook
from yikatong.kit.sheets.marks import Formulas, by_column
from yikatong.kit.sheets.model import Cell, CellError, Limits, Unreadable
from yikatong.kit.sheets.packed import rows

_BOUND_SHEET, _FORMULA, _END = 0x85, 0x06, 0x0A


def read(content: bytes, limits: Limits) -> Workbook:
    """The worksheets of a guarded .xls file. Raises `Unreadable`."""
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO(), on_demand=False
        )
        formulas = _formulas(content)
        sheets = [_sheet(book, index, formulas.get(index, {}), limits) for index in range(book.nsheets)]
    except Unreadable:
        raise
    except Exception as broken:  # xlrd meets a broken file with IndexError, struct.error, AssertionError and more
        if "encrypted" in str(broken).lower():
            raise Unreadable("FILE_PROTECTED", "打开这份表要密码；请先去掉打开密码再传") from broken
        raise Unreadable("FILE_DAMAGED", "文件不完整或已损坏，请重新另存一份再传") from broken
    return Workbook("xls", sheets)


def _sheet(book: xlrd.book.Book, index: int, formulas: Formulas, limits: Limits) -> Sheet:
    sheet = book.sheet_by_index(index)
    if sheet.nrows > limits.rows_max + 100:
        raise Unreadable("FILE_TOO_LARGE", f"表太长，超过 {limits.rows_max} 行；请分成几份再传")
    return Sheet(
        name=sheet.name,
        rows=rows([_value(cell, book.datemode) for cell in sheet.row(row)] for row in range(sheet.nrows)),
        visible=sheet.visibility == 0,
        formulas=formulas,
        hidden_rows={row for row, info in sheet.rowinfo_map.items() if info.hidden or info.height == 0},
        hidden_columns={column for column, info in sheet.colinfo_map.items() if info.hidden or info.width == 0},
        merged=[(first, left, last - 1, right - 1) for first, last, left, right in sheet.merged_cells],
    )


def _value(cell: xlrd.sheet.Cell, datemode: int) -> Cell:
    match cell.ctype:
        case xlrd.XL_CELL_EMPTY | xlrd.XL_CELL_BLANK:
            return ""
        case xlrd.XL_CELL_DATE:
            try:
                moment: datetime = xlrd.xldate_as_datetime(cell.value, datemode)
                return moment
            except (ValueError, OverflowError, xlrd.xldate.XLDateError):
                return float(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return CellError(xlrd.error_text_from_code.get(cell.value, "#ERROR"))
        case _:
            return str(cell.value) if cell.ctype == xlrd.XL_CELL_TEXT else float(cell.value)


def _formulas(content: bytes) -> dict[int, Formulas]:
    """Sheet index -> its formulas."""
    document = CompDoc(content, logfile=io.StringIO())
    stream = document.get_named_stream("Workbook") or document.get_named_stream("Book")
    if stream is None:
        return {}
    # The sixth byte tells a worksheet from a chart sheet, which xlrd leaves out of its numbering.
    bound = [body for code, body in _records(stream, 0) if code == _BOUND_SHEET]
    starts = [struct.unpack_from("<I", body)[0] for body in bound if body[5] == 0]
    return {
        index: by_column(*_places(body for code, body in _records(stream, start) if code == _FORMULA))
        for index, start in enumerate(starts)
    }


def _places(formulas: Iterable[bytes]) -> tuple[list[int], list[int]]:
    places = [struct.unpack_from("<HH", body) for body in formulas]
    return [row for row, _ in places], [column for _, column in places]


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, until its end mark. A chart inside a sheet is a nested substream and holds no cells."""
    at, depth = start, 0
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<HH", stream, at)
        if code in (0x809, 0x409, 0x209, 0x009):
            depth += 1
        elif code == _END:
            depth -= 1
            if depth <= 0:
                return
        yield code, stream[at + 4 : at + 4 + length]
        at += 4 + length
