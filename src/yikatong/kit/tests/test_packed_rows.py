"""Rows kept by the column come back as they went in, one by one, by the column, and through a window."""

import codecs
import csv
import io
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from yikatong.kit import sheets
from yikatong.kit.sheets import encodings, packed
from yikatong.kit.sheets.model import Cell

simple = st.one_of(
    st.text(max_size=5).map(lambda text: text.encode("utf-8", "ignore").decode()),
    st.floats(allow_nan=False),
    st.integers(-(10**15), 10**15),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds)),
    st.sampled_from(["#REF!", "#N/A"]).map(sheets.CellError),
)
tables = st.lists(st.lists(simple, max_size=4), max_size=8)


def typed(rows: list[list[Cell]]) -> list[list[tuple[type, Cell]]]:
    return [[(type(cell), cell) for cell in row] for row in rows]


@given(tables)
def test_every_cell_comes_back_with_its_type(table: list[list[Cell]]):
    rows = sheets.rows(table)
    assert typed(list(rows)) == typed(table)
    assert len(rows) == len(table)
    assert rows.width == max(map(len, table), default=0)
    assert rows.blank.to_list() == [all(cell == "" for cell in row) for row in table]
    assert typed(rows[1:3]) == typed(table[1:3])
    assert rows == table


@given(tables, st.data())
def test_a_column_is_the_cells_of_its_rows_as_shown(table: list[list[Cell]], data: st.DataObject):
    rows = sheets.rows(table)
    numbers = data.draw(st.lists(st.integers(0, len(table) - 1), max_size=9)) if table else []
    for place in range(5):
        column = rows.column(place, pl.Series(numbers, dtype=pl.Int32))
        cells = [table[number][place] if place < len(table[number]) else "" for number in numbers]
        assert column.cells() == cells
        assert column.text.to_list() == [sheets.shown(cell) for cell in cells]
        is_number = [isinstance(cell, (int, float)) and not isinstance(cell, bool) for cell in cells]
        assert column.numbers_or_null().is_not_null().to_list() == is_number
        assert column.is_text().to_list() == [isinstance(cell, str) for cell in cells]


def test_many_parts_are_one_sheet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packed, "PART_ROWS", 3)
    monkeypatch.setattr(packed, "CHUNK_ROWS", 2)
    table: list[list[Cell]] = [[f"{number}", *([1.5] if number % 5 == 4 else [])] for number in range(17)]
    rows = sheets.rows(table)
    assert list(rows) == table
    assert rows[-1] == table[-1] and rows[16:] == table[16:]
    with pytest.raises(IndexError):
        rows[17]
    numbers = pl.Series([16, 3, 4, 4, 0])
    assert rows.column(1, numbers).cells() == ["", "", 1.5, 1.5, ""]
    assert [part.first for part in rows.parts(7)] == [6, 8, 10, 12, 14]


def test_a_window_keeps_what_stands_above_its_header():
    rows = sheets.rows([["a", "b", 1.0], ["c", 2.0, date(2026, 1, 2)], ["", "", 3.0]]).window(1, 0, 2)
    assert list(rows) == [["a", "b", 1.0], ["c", 2.0, ""], ["", "", ""]]
    assert rows.blank.to_list() == [False, False, True]


def test_cells_of_time_are_shown_as_before():
    moments = map(datetime.fromisoformat, ["2026-01-02", "2026-01-02 03:04"])
    values: list[Cell] = [*moments, time(1, 2), timedelta(hours=30), True, -0.0]
    assert sheets.column(values).text.to_list() == [sheets.shown(value) for value in values]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_pieces_are_decoded_as_the_whole(encoding: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(encodings, "_PIECE_BYTES", 7)
    content = "姓名,身份证号,金额\r\n张三,519999196404226193,1.5\r\n王䶮,\U00020087,12\n".encode(encoding)
    assert encodings.encoding_of(content) == encoding
    for at in range(len(content)):
        broken = content[:at] + b"\xff" + content[at + 1 :]
        assert fault_of(encodings._decode, broken, encoding) == fault_of(bytes.decode, broken, encoding)


def fault_of(decode: Callable[[bytes, str], object], content: bytes, encoding: str) -> tuple[int, str] | None:
    try:
        decode(content, encoding)
    except (UnicodeDecodeError, encodings._Broken) as broken:
        return broken.start, broken.reason
    return None


def test_a_marked_file_that_is_cut_is_damaged():
    with pytest.raises(sheets.Unreadable, match="FILE_DAMAGED"):
        encodings.encoding_of(codecs.BOM_UTF8 + "姓名".encode()[:-1])


def test_wide_rows_of_a_csv():
    wide = ["x", *[""] * 600]
    stream = io.StringIO()
    csv.writer(stream).writerows([["a", "b"], wide])
    rows = sheets.read(stream.getvalue().encode(), "a.csv").sheets[0].rows
    assert rows == [["a", "b"], wide]
    stream.write("," * 600 + "y\r\n")
    with pytest.raises(sheets.Unreadable) as fault:
        sheets.read(stream.getvalue().encode(), "a.csv")
    assert (fault.value.kind, fault.value.row) == ("FILE_TOO_LARGE", 3)
