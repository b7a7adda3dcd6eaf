"""Marks in workbooks of every make: what was there stays, what we wrote in an earlier round goes."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import polars as pl
import pytest
from lxml import etree
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName

from yikatong.kit import marking, sheets
from yikatong.kit.marking import Listing, comments
from yikatong.kit.sheets import packed

RED, GREEN, GREY = "FFFFC7CF", "FFC6EFCF", "FFD9D9DA"


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


def marks(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=marking.MARKS_SCHEMA, orient="row")


def listing(*rows: tuple) -> Listing:
    table = pl.DataFrame(rows, schema={"位置": pl.String, "行": pl.Int64, "级别": pl.String}, orient="row")
    links = pl.Series([f"'表'!{row[0]}" if row[0] else None for row in rows], dtype=pl.String)
    return Listing("清单", ["题目", "说明"], table, links, pl.Series(["error"] * len(rows)), "级别", [10, 8, 12])


def book_of(*rows: list) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.active.title = "表"
    for row in rows:
        book.active.append(row)
    return book


def changed(content: bytes, path: str, *swaps: tuple[str, str]) -> bytes:
    """The zip with text of one part replaced; '' as a path drops the named part."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name).decode()
            for old, new in swaps if name == path else ():
                assert old in part, (old, part[:2000])
                part = part.replace(old, new)
            after.writestr(name, part)
    return out.getvalue()


def test_marks_fill_and_explain_and_the_worst_color_wins():
    book = book_of(["a", 1, None, "d"], ["e"])
    book.active["A1"].font = Font(bold=True)
    book.active["B1"].fill = PatternFill("solid", fgColor="FFFFC7CE")
    book.create_sheet("别")
    found = marks(
        ("表", 1, 1, "fixed", "改好了"),
        ("表", 1, 1, "error", "错了 & <坏>\x01"),
        ("表", 1, 3, "error", "缺"),
        ("表", 1, 9, "error", "远"),
        ("表", 2, None, "warning", "这一行"),
        ("表", 7, 2, "fixed", "没有这一行"),
        ("表", 4, None, "dropped", "空行"),
        ("无此表", 1, 1, "error", "x"),
        ("别", 1, 1, "error", "别处"),
    )
    content = changed(saved(book), "xl/worksheets/sheet1.xml", ("</sheetData>", "</sheetData><!-- 注 -->"))
    content = marking.annotate(content, found, listing())
    assert opened(content)["别"]["A1"].comment.text == "【一卡通】\n别处"
    sheet = opened(content)["表"]
    assert sheet["B1"].fill.fgColor.rgb == "FFFFC7CE"
    assert (sheet["A1"].fill.fgColor.rgb, sheet["A1"].font.b) == (RED, True)
    assert sheet["A1"].comment.text == "【一卡通】\n改好了\n错了 & <坏>"
    assert [sheet[place].fill.fgColor.rgb for place in ("C1", "I1", "B7")] == [RED, RED, GREEN]
    assert [sheet[place].comment.text[6:] for place in ("A2", "B7", "A4")] == ["这一行", "没有这一行", "空行"]
    assert (sheet["B1"].value, sheet["D1"].value, sheet["A2"].value) == (1, "d", "e")


def test_a_dropped_row_is_grey_and_merged_cells_speak_at_their_first():
    book = book_of(["村", "x"], ["", "y"], ["", "z"])
    book.active.merge_cells("A1:A3")
    found = marks(("表", 3, 1, "error", "错"), ("表", 2, None, "dropped", "剔除"))
    sheet = opened(marking.annotate(saved(book), found, listing()))["表"]
    assert sheet["A1"].comment.text == "【一卡通】\n第 3 行：错"
    assert (sheet["B2"].fill.fgColor.rgb, sheet["B2"].comment.text) == (GREY, "【一卡通】\n剔除")
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:A3"]
    many = marks(*(("表", row, 1, "error", "错") for row in (1, 2, 3, 4)))
    assert "第 3 行：错" in opened(marking.annotate(saved(book), many, listing()))["表"]["A1"].comment.text


def test_the_listing_stands_first_and_names_of_sheets_follow_their_sheets():
    book = book_of(["a"])
    other = book.create_sheet("二")
    other.print_title_rows = "1:1"
    book.active = 1
    book.defined_names["全"] = DefinedName("全", attr_text="表!$A$1")
    content = marking.annotate(saved(book), marks(), listing(("A1", 1, "要改"), ("", None, '<"&')))
    for _ in range(2):
        found = opened(content)
        assert found.sheetnames == ["清单", "表", "二"]
        assert (found.active.title, found["二"].print_title_rows) == ("清单", "$1:$1")
        assert [bool(sheet.sheet_view.tabSelected) for sheet in found] == [True, False, False]
        first = found["清单"]
        assert first["A4"].hyperlink.location == "'表'!A1" and first["A5"].hyperlink is None
        assert [cell.value for cell in first[5]] == ["", None, '<"&'] or first["C5"].value == '<"&'
        assert (first.freeze_panes, first.auto_filter.ref, first["B4"].value) == ("A4", "A3:C5", 1)
        content = marking.annotate(content, marks(), listing(("A1", 1, "要改"), ("", None, '<"&')))
    # A clerk may have moved the list behind other sheets.
    moved = opened(content)
    moved.move_sheet("清单", 1)
    for name in ("表", "清单"):
        moved[name].print_title_rows = "1:1"
    assert opened(marking.annotate(saved(moved), marks(), listing())).sheetnames == ["清单", "表", "二"]
    found = opened(marking.annotate(saved(moved), marks(), listing()))
    assert [found[name].print_title_rows for name in found.sheetnames] == [None, "$1:$1", "$1:$1"]


def test_a_clerks_own_comment_stays_and_ours_of_an_earlier_round_goes():
    book = book_of(["a", "b", "c"])
    book.active["A1"].comment = Comment("问过本人", "王会计")
    book.active["B1"].comment = Comment("已核", "王会计")
    found = marks(("表", 1, 1, "error", "错"), ("表", 1, 3, "error", "错"))
    content = marking.annotate(saved(book), found, listing())
    sheet = opened(content)["表"]
    assert [sheet[place].comment.text for place in ("A1", "B1", "C1")] == [
        "问过本人\n【一卡通】\n错",
        "已核",
        "【一卡通】\n错",
    ]
    assert sheet["A1"].comment.author == "王会计"
    sheet = opened(marking.annotate(content, marks(), listing()))["表"]
    assert [sheet[place].comment and sheet[place].comment.text for place in ("A1", "B1", "C1")] == [
        "问过本人",
        "已核",
        None,
    ]
    assert sheet["C1"].fill.fill_type is None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        drawing = next(name for name in archive.namelist() if "Drawing" in name and name.endswith(".vml"))
        shapes = etree.fromstring(archive.read(drawing)).findall("{urn:schemas-microsoft-com:vml}shape")
    assert len(shapes) == 3


def test_new_cells_take_the_format_of_their_row_or_column():
    content = saved(book_of(["a", None, "c"], ["d"]))
    content = changed(
        content,
        "xl/worksheets/sheet1.xml",
        ("<sheetData>", '<cols><col min="2" max="3" width="9" style="1"/></cols><sheetData>'),
        ('<row r="2">', '<row r="2" s="1" customFormat="1">'),
    )
    styles = ("</cellXfs>", '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>')
    content = changed(content, "xl/styles.xml", styles)
    found = marks(
        ("表", 1, 2, "error", "x"), ("表", 2, 2, "error", "x"), ("表", 2, 5, "error", "x"), ("表", 1, 9, "error", "x")
    )
    sheet = opened(marking.annotate(content, found, listing()))["表"]
    assert [sheet[place].number_format for place in ("B1", "B2", "E2", "I1")] == ["@", "@", "@", "General"]


def test_other_makers_ways_to_write_a_sheet_are_understood():
    plain = saved(book_of(["a", "b"], ["c", "d"]))
    bare = changed(plain, "xl/worksheets/sheet1.xml", (' r="1"', ""), (' r="2"', ""), (' r="B1"', ""))
    bare = changed(bare, "xl/worksheets/sheet1.xml", ("</sheetData>", "</sheetData><extLst/>"))
    sheet = opened(marking.annotate(bare, marks(("表", 2, 2, "error", "x"), ("表", 1, 2, "error", "x")), listing()))[
        "表"
    ]
    assert [sheet[place].fill.fgColor.rgb for place in ("B1", "B2")] == [RED, RED]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name.endswith("sheet1.xml"):
                part = '<?xml version="1.0" encoding="UTF-16"?>'.encode("utf-16") + part.decode().encode("utf-16-le")
            after.writestr(name, part)
    sheet = opened(marking.annotate(out.getvalue(), marks(("表", 2, 2, "error", "x")), listing()))["表"]
    assert sheet["B2"].fill.fgColor.rgb == RED


def test_a_workbook_without_formats_gets_some():
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sparing = f'<styleSheet xmlns="{main}"><cellXfs count="1"><xf xfId="0"/></cellXfs><cellStyles count="1"><cellStyle \
name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    for styles in (None, sparing):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(saved(book_of(["a"])))) as before, zipfile.ZipFile(out, "w") as after:
            for name in before.namelist():
                if name != "xl/styles.xml" or styles:
                    after.writestr(name, styles if name == "xl/styles.xml" and styles else before.read(name))
        content = changed(out.getvalue(), "xl/workbook.xml", ("<bookViews>", "<!-- "), ("</bookViews>", " -->"))
        sheet = opened(marking.annotate(content, marks(("表", 1, 1, "error", "x")), listing()))["表"]
        assert sheet["A1"].fill.fgColor.rgb == RED


def test_a_book_of_charts_and_a_dialect_of_its_own():
    book = book_of(["a"])
    book.create_chartsheet("清单")
    assert opened(marking.annotate(saved(book), marks(), listing())).sheetnames == ["清单", "表"]
    strict = changed(
        saved(book_of(["a"])),
        "xl/workbook.xml",
        ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )
    with zipfile.ZipFile(io.BytesIO(marking.annotate(strict, marks(), listing()))) as archive:
        assert b"purl.oclc.org/ooxml/spreadsheetml/main" in archive.read("xl/worksheets/sheet2.xml")


def test_rows_as_read_are_written_as_they_were():
    moment = datetime.fromisoformat("2026-01-02T03:04:05")
    rows: list[list[sheets.Cell]] = [
        ["519999199711186675", "=1+1", "#REF!", sheets.CellError("#REF!"), "a<&\x02"],
        [1.5, 519999199711186700.0, True, "", 7],
        [date(2026, 1, 2), moment, datetime.fromisoformat("2026-01-02"), time(3, 4), date(1800, 1, 1)],
        [],
        ["z"],
        [],
    ]
    sheet = sheets.Sheet("一", packed.rows(rows), hidden_rows={3, 4}, hidden_columns={1}, merged=[(0, 0, 0, 1)])
    hidden = sheets.Sheet("二", packed.rows([]), visible=False)
    book = opened(marking.written(sheets.Workbook("xls", [sheet, hidden]), unnamed="无"))
    found = book["一"]
    assert [cell.value for cell in found[1]] == ["519999199711186675", None, "#REF!", "#REF!", "a<&"]
    assert [cell.data_type for cell in found[1]][2:4] == ["s", "e"]
    assert (found["A1"].number_format, found["B2"].number_format) == ("@", "0")
    assert [cell.value for cell in found[2]] == [1.5, 519999199711186700.0, True, None, 7]
    assert [found[f"{letter}3"].value for letter in "DE"] == ["03:04:00", "1800-01-01"]
    assert [str(found[f"{letter}3"].value) for letter in "ABC"] == [
        "2026-01-02 00:00:00",
        str(moment),
        "2026-01-02 00:00:00",
    ]
    assert found.row_dimensions[4].hidden and found.row_dimensions[5].hidden and found.column_dimensions["B"].hidden
    assert [str(area) for area in found.merged_cells.ranges] == ["A1:B1"]
    assert book["二"].sheet_state == "hidden"
    plain = marking.written(sheets.Workbook("xls", [sheet, hidden]), unnamed="无")
    assert opened(marking.annotate(plain, marks(("一", 1, 1, "error", "x")), listing()))["一"]["A1"].comment


@pytest.mark.parametrize(
    ("text", "value", "form"),
    [
        ("190.60", 190.6, "0.00"),
        ("-3", -3, "General"),
        ("1.5", 1.5, "0.0"),
        ("0.1234", 0.1234, "0.0000"),
        ("007", "007", "@"),
        ("19900000001", "19900000001", "@"),
        ("1,200.00", "1,200.00", "@"),
        ("1.23456", "1.23456", "@"),
        ("5.2E+17", "5.2E+17", "@"),
    ],
)
def test_of_a_csv_only_short_plain_numbers_become_numbers(text, value, form):
    content = marking.written(sheets.Workbook("csv", [sheets.Sheet(None, packed.rows([[text]]))]), unnamed="名册")
    cell = opened(content)["名册"]["A1"]
    assert (cell.value, cell.number_format) == (value, form)


def test_places_are_named_as_excel_names_them():
    for name, place in (("A1", (1, 1)), ("Z9", (9, 26)), ("AA10", (10, 27)), ("XFD1048576", (1_048_576, 16_384))):
        assert comments.place_of(name) == place
        assert comments.reference(place) == name
