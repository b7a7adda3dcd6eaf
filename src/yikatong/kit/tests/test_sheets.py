"""Typed cells of the three kinds of file, on files that the tests write themselves or that the demo county ships."""

import io
import struct
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlrd

from yikatong.kit import sheets
from yikatong.kit.sheets import old_excel

ROSTERS = Path(__file__).resolve().parents[2] / "demo" / "county" / "rosters"


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_cells_of_a_workbook_keep_their_types_and_marks():
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["姓名", 1.5, date(2026, 1, 2), True, "#REF!"])
    sheet["E1"].data_type = "e"
    sheet["A3"] = "=1+1"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.merge_cells("A1:A2")
    book.create_chartsheet("图")
    book.create_sheet("隐").sheet_state = "veryHidden"
    read = sheets.read(saved(book), "a.xlsx")
    first, hidden = read.sheets
    assert first.rows[0][:4] == ["姓名", 1.5, date(2026, 1, 2), True]
    assert isinstance(first.rows[0][4], sheets.CellError)
    assert {place: rows.to_list() for place, rows in first.formulas.items()} == {0: [2]}
    assert (first.hidden_rows, first.hidden_columns) == ({2}, {1})
    assert first.merged == [(0, 0, 1, 0)]
    assert (first.visible, hidden.visible) == (True, False)


def formula_in(content: bytes) -> bytes:
    """An old workbook in which one record of three whole numbers (MULRK) has become one formula record of the same length."""
    at = content.index(struct.pack("<HH", 0x00BD, 24))
    place = content[at + 4 : at + 10]
    formula = struct.pack("<HH", 0x0006, 24) + place + struct.pack("<d", 470.0) + bytes(10)
    return content[:at] + formula + content[at + 28 :]


def test_formulas_of_an_old_workbook_are_found():
    content = next(ROSTERS.glob("*.xls")).read_bytes()
    assert sheets.read(content, "a.xls").sheets[0].formulas == {}
    [rows] = sheets.read(formula_in(content), "a.xls").sheets[0].formulas.values()
    assert rows.len() == 1


def test_records_stop_at_the_end_of_their_substream():
    stream = (
        struct.pack("<HH", 0x809, 0) + struct.pack("<HHB", 0x99, 1, 7) + struct.pack("<HH", 0x0A, 0) + b"rest of it"
    )
    assert list(old_excel._records(stream, 0)) == [(0x809, b""), (0x99, b"\x07")]
    assert list(old_excel._records(b"", 0)) == []


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("x", "x"),
        (True, "TRUE"),
        (False, "FALSE"),
        (12.0, "12"),
        (0.1 + 0.2, "0.3"),
        (5.19999196205068e17, "5.19999196205068e+17"),
        (3, "3"),
        (datetime.fromisoformat("2026-01-02"), "2026-01-02"),
        (datetime.fromisoformat("2026-01-02T03:04"), "2026-01-02 03:04:00"),
        (time(3, 4), "03:04:00"),
        (timedelta(hours=25), "1 day, 1:00:00"),
    ],
)
def test_cells_are_shown_as_text(cell: sheets.Cell, text: str):
    assert sheets.shown(cell) == text


def test_column_letters():
    assert [sheets.column_letter(index) for index in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_separators_are_recognized(delimiter: str):
    content = f"姓名{delimiter}金额\n张三{delimiter}1\n".encode("gb18030")
    assert sheets.read(content, "a.csv").sheets[0].rows == [["姓名", "金额"], ["张三", "1"]]


@pytest.mark.parametrize(
    ("content", "filename", "kind"),
    [
        (b"name,amount" * 9 + b"\x00", "a.csv", "FILE_TYPE"),
        (b"\xff" * 30, "a.csv", "ENCODING_GARBLED"),
        (b"PK\x03\x04", "a.xlsx", "FILE_DAMAGED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "a.xls", "FILE_DAMAGED"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "a.xls", "FILE_TYPE"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), "a.xls", "FILE_MACRO"),
        (b"", "a", "FILE_TYPE"),
    ],
)
def test_what_cannot_be_opened_says_why(content: bytes, filename: str, kind: str):
    with pytest.raises(sheets.Unreadable) as fault:
        sheets.read(content, filename)
    assert fault.value.kind == kind


@pytest.mark.parametrize(
    ("kind", "value", "read"),
    [
        (xlrd.XL_CELL_EMPTY, "", ""),
        (xlrd.XL_CELL_TEXT, "x", "x"),
        (xlrd.XL_CELL_NUMBER, 2.0, 2.0),
        (xlrd.XL_CELL_DATE, 46024.0, datetime.fromisoformat("2026-01-02")),
        (xlrd.XL_CELL_DATE, 1e12, 1e12),
        (xlrd.XL_CELL_BOOLEAN, 1, True),
        (xlrd.XL_CELL_ERROR, 0x17, sheets.CellError("#REF!")),
    ],
)
def test_cells_of_an_old_workbook_keep_their_types(kind: int, value: object, read: sheets.Cell):
    assert old_excel._value(xlrd.sheet.Cell(kind, value), 0) == read


def test_an_old_workbook_that_is_too_long_or_broken_inside_is_refused():
    content = next(ROSTERS.glob("*.xls")).read_bytes()
    with pytest.raises(sheets.Unreadable, match="FILE_TOO_LARGE"):
        sheets.read(content, "a.xls", sheets.Limits(rows_max=-90))
    with pytest.raises(sheets.Unreadable, match="FILE_DAMAGED"):
        sheets.read(content[:512] + bytes(2048) + content[2560:], "a.xls")
    locked = content.replace(struct.pack("<HH", 0x0042, 2), struct.pack("<HH", 0x002F, 2), 1)
    with pytest.raises(sheets.Unreadable, match="FILE_PROTECTED"):
        sheets.read(locked, "a.xls")
