"""The one writer of workbooks: exact money, numbers as text, nothing that runs, memory that does not grow."""

import io
import re
import tracemalloc
import zipfile
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet._writer import ALL_TEMP_FILES

from yikatong.kit import workbooks
from yikatong.kit.workbooks import Book, Head, Kind

HEADS = [
    Head("姓名"), Head("卡号", width=22), Head("金额（元）", Kind.YUAN), Head("数量", Kind.QUANTITY), Head("笔数", Kind.COUNT),
    Head("日期", Kind.DAY), Head("时间", Kind.MOMENT),
]  # fmt: skip
ROW = ("张*国", "6217 **** **** 4471", 123456, 8_600_000, 3, date(2026, 11, 26), datetime(2026, 11, 26, 9, 30))  # noqa: DTZ001


def written(rows: Any, heads: Any = HEADS, title: str = "名单") -> tuple[openpyxl.Workbook, bytes]:
    book, content = Book(), io.BytesIO()
    book.add(title, heads, rows)
    book.save(content)
    return openpyxl.load_workbook(content), content.getvalue()


def test_each_kind_stands_as_excel_wants_it() -> None:
    sheet = written([ROW])[0].active
    cells = sheet[2]
    assert [cell.value for cell in cells][:5] == ["张*国", "6217 **** **** 4471", 1234.56, 8.6, 3]
    assert [cell.number_format for cell in cells] == [
        "@", "@", "#,##0.00", "#,##0.00####", "#,##0", "yyyy-mm-dd", "yyyy-mm-dd hh:mm",
    ]  # fmt: skip
    assert cells[5].value.date() == ROW[5] and cells[6].value == ROW[6]
    assert sheet.freeze_panes == "A2" and sheet.auto_filter.ref == "A1:G2" and sheet["A1"].font.bold
    assert sheet.column_dimensions["B"].width == 22


@given(st.lists(st.integers(-(10**14), 10**14), max_size=5))
def test_no_fen_is_lost(amounts: list[int]) -> None:
    book, content = Book(), io.BytesIO()
    tally = book.add("钱", [Head("金额（元）", Kind.YUAN)], ([fen] for fen in amounts))
    book.save(content)
    assert (tally.row_count, tally.sums_fen) == (len(amounts), {"金额（元）": sum(amounts)})
    text = zipfile.ZipFile(content).read("xl/worksheets/sheet1.xml").decode()
    assert [Decimal(one) for one in re.findall(r"<v>(.*?)</v>", text)] == [Decimal(fen).scaleb(-2) for fen in amounts]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://a")', "0012"])
def test_what_a_spreadsheet_would_run_stays_text(text: str) -> None:
    book, content = written([[text]], [Head("姓名")])
    cell = book.active["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert "<f>" not in zipfile.ZipFile(io.BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_signs_that_no_workbook_can_hold_are_left_out() -> None:
    book, _ = written([["张\x00三\ud800" + "长" * 40_000]], [Head("姓名")], title="甲/乙:[丙]" + "丁" * 40)
    assert book.active["A2"].value.startswith("张三长") and len(book.active["A2"].value) <= workbooks.TEXT_MAX
    assert book.sheetnames == ["甲 乙  丙 " + "丁" * 24]


def test_an_empty_list_has_its_heads_and_nothing_is_an_empty_cell() -> None:
    assert [cell.value for cell in written([])[0].active[1]] == [head.words for head in HEADS]
    assert [cell.value for cell in written([[None] * 6 + [""]])[0].active[2]] in ([], [None] * 7)


def test_what_does_not_fit_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "SHEET_ROWS_MAX", 2)
    book, _ = written([[str(number)] for number in range(5)], [Head("号")])
    assert {sheet.title: sheet.max_row - 1 for sheet in book} == {"名单": 2, "名单（续1）": 2, "名单（续2）": 1}


def test_whoever_waits_hears_how_far_it_is_and_may_stop_it() -> None:
    heard: list[int] = []
    Book().add("名单", [Head("号")], ([str(one)] for one in range(2_500)), report=heard.append)
    assert heard == [1_000, 2_000]

    def stop(done: int) -> None:
        raise InterruptedError

    left = set(ALL_TEMP_FILES)
    with pytest.raises(InterruptedError):
        Book().add("名单", [Head("号")], ([str(one)] for one in range(2_500)), report=stop)
    assert set(ALL_TEMP_FILES) == left, "what was begun is removed at once"


def test_memory_does_not_grow_with_the_list() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        book, content = Book(), io.BytesIO()
        book.add("名单", HEADS, (ROW for _ in range(count)))
        book.save(content)
        top = tracemalloc.get_traced_memory()[1] - len(content.getvalue())
        tracemalloc.stop()
        return top

    few, many = peak(200), peak(4_000)
    assert many < few + 500_000, (few, many)
