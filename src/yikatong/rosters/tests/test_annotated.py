"""批注表: what the clerk gets back of their own file, who may have it, and that it comes in again as it was."""

import io
from typing import Any

import openpyxl
import polars as pl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl.styles import Font, PatternFill

from yikatong.core.models import AuditEvent, Official
from yikatong.core.refusals import NotFound, Refused
from yikatong.rosters import actions, annotating, queries
from yikatong.rosters.rules import annotated, reading

from . import desk
from .desk import CLERK, HUANG_ID, HUANG_ROW, LI_ROW, WANG_ROW

pytestmark = pytest.mark.django_db
RED, YELLOW, GREEN, GREY = "FFFFC7CF", "FFFFEB9D", "FFC6EFCF", "FFD9D9DA"
BAD_HUANG = HUANG_ROW.replace("95.30,95.30", "95.30,99.00")


@pytest.fixture
def ground(cast, at):
    desk.ground(cast, at)


def copied(roster, cast, at) -> tuple[str, openpyxl.Workbook]:
    copy = annotating.annotated_copy(roster=roster, by=cast[CLERK], at=at)
    return copy.filename, openpyxl.load_workbook(io.BytesIO(copy.content))


def workbook(*rows: str) -> openpyxl.Workbook:
    """A township's workbook: a merged title, the roster in 柳河社区 with a hidden row, a sheet of notes."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "柳河社区"
    sheet.append(["柳河镇2026年耕地地力保护补贴花名册"])
    sheet.merge_cells("A1:H1")
    sheet["A1"].font = Font(bold=True, size=18)
    for row in (desk.HEADER, *rows):
        cells: list[Any] = row.split(",")
        sheet.append([float(cell) if "." in cell else cell for cell in cells])
    sheet.column_dimensions["E"].width = 33
    sheet["A3"].fill = PatternFill("solid", fgColor="FF00FFFF")
    sheet.row_dimensions[4].hidden = True
    book.create_sheet("说明")["A1"] = "=1+1"
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read_workbook(cast, at, book: openpyxl.Workbook, name: str = "柳河.xlsx"):
    return desk.read(cast, at, desk.receive(cast, at, saved(book), name=name))


def test_an_xlsx_keeps_what_it_is_and_shows_every_problem_at_its_cell(cast, at, ground):
    roster = read_workbook(cast, at, workbook(LI_ROW, BAD_HUANG, WANG_ROW))
    name, book = copied(roster, cast, at)
    assert (name, book.sheetnames) == ("柳河（批注）.xlsx", ["问题清单", "柳河社区", "说明"])
    sheet = book["柳河社区"]
    assert sheet["H4"].fill.fgColor.rgb == RED and "金额不等于数量乘标准" in sheet["H4"].comment.text
    assert sheet["A4"].fill.fgColor.rgb == YELLOW and "隐藏" in sheet["A4"].comment.text
    assert (sheet["H4"].value, sheet["E3"].value, sheet["H3"].comment) == (99, desk.LI_ID, None)
    assert sheet["A3"].fill.fgColor.rgb == "FF00FFFF" and sheet["A1"].font.b
    assert sheet.column_dimensions["E"].width == 33 and sheet.row_dimensions[4].hidden
    assert [str(area) for area in sheet.merged_cells.ranges] == ["A1:H1"]
    assert book["说明"]["A1"].value == "=1+1"


def test_the_first_sheet_lists_every_problem_with_a_link(cast, at, ground):
    roster = read_workbook(cast, at, workbook(LI_ROW, BAD_HUANG, WANG_ROW))
    _, book = copied(roster, cast, at)
    listed = book.worksheets[0]
    assert book.active == listed
    assert listed["A1"].value == "问题清单：要改 1 处，提醒 1 处"
    assert listed["A2"].value == "要改：金额算得不对 1。\n提醒：隐藏行 1。"
    assert [cell.value for cell in listed[4]][:6] == ["位置", "工作表", "行", "列", "姓名", "级别"]
    assert [cell.value for cell in listed[5]][:6] == ["H4", "柳河社区", 4, "H", "黄波", "要改"]
    assert listed["A5"].hyperlink.location == "'柳河社区'!H4"
    assert listed["F5"].fill.fgColor.rgb == RED
    assert listed["A6"].hyperlink.location == "'柳河社区'!A4"
    assert (listed.freeze_panes, listed.auto_filter.ref) == ("A5", "A4:I6")


@pytest.mark.parametrize("name", ["名册.csv", "名册.et.csv"])
def test_a_csv_comes_back_as_a_workbook_with_its_numbers_as_text(cast, at, ground, name):
    row = BAD_HUANG + ",6299010000001000082,=1+1"
    content = desk.sheet(row).replace(desk.HEADER.encode(), desk.HEADER.encode() + ",社保卡号,备注".encode())
    roster = desk.read(cast, at, desk.receive(cast, at, content, name=name))
    _, book = copied(roster, cast, at)
    assert book.sheetnames == ["问题清单", "花名册"]
    sheet = book["花名册"]
    assert (sheet["E2"].value, sheet["E2"].number_format) == (HUANG_ID, "@")
    assert (sheet["I2"].value, sheet["I2"].number_format) == ("6299010000001000082", "@")
    assert (sheet["J2"].value, sheet["J2"].data_type) == ("=1+1", "s")
    assert (sheet["H2"].value, sheet["H2"].number_format, sheet["H2"].fill.fgColor.rgb) == (99, "0.00", RED)
    assert book.worksheets[0]["A5"].hyperlink.location.startswith("'花名册'!")


def test_dropped_rows_are_grey_and_corrections_say_what_stood_there(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW, BAD_HUANG, WANG_ROW.replace(",5,", ",,"))
    common = {"roster": roster, "by": cast[CLERK], "at": at}
    keys = [f"1-001-000000{row}" for row in (2, 3, 4)]
    actions.drop_line(row_key=keys[0], reason="已经死亡。", seen_version=roster.version, **common)
    version = desk.fresh(cast, roster).version
    actions.correct_line(row_key=keys[1], changes={"amount": "95.30"}, seen_version=version, **common)
    _, book = copied(roster, cast, at)
    sheet = book["花名册"]
    assert {sheet.cell(2, column).fill.fgColor.rgb for column in range(1, 9)} == {GREY}
    assert sheet["A2"].comment.text == "【一卡通】\n已剔除：已经死亡。这一行不发放。"
    assert (sheet["H3"].value, sheet["H3"].fill.fgColor.rgb) == (99, GREEN)
    assert "原来：99.00；已改成：95.30。" in sheet["H3"].comment.text
    listed = book.worksheets[0]
    assert listed["A1"].value == "问题清单：已剔除 1 行"
    assert "网页上改过的 1 格没有写进这份表" in listed["A2"].value
    assert [listed.cell(row, 6).value for row in (4, 5)] == ["已剔除", "网页上改过"]


def test_a_mended_copy_is_uploaded_as_any_other_file(cast, at, ground):
    roster = read_workbook(cast, at, workbook(LI_ROW, BAD_HUANG, WANG_ROW))
    name, book = copied(roster, cast, at)
    book["柳河社区"]["H4"].value = 95.3
    actions.replace(
        roster=roster, content=saved(book), filename=name, by=cast[CLERK], at=at, seen_version=roster.version
    )
    roster = desk.read(cast, at, roster)
    figures = queries.figures(roster)
    assert figures is not None
    assert (figures["row_count"], figures["error_count"], queries.file_problems(roster)) == (3, 0, [])
    again, book = copied(roster, cast, at)
    sheet = book["柳河社区"]
    assert (again, book.sheetnames) == (name, ["问题清单", "柳河社区", "说明"])
    assert (sheet["H4"].comment, sheet["H4"].fill.fill_type) == (None, None)
    assert sheet["A4"].comment.text.count("【一卡通】") == 1


def test_a_list_alone_is_no_roster():
    book = openpyxl.Workbook()
    book.active.title = reading.PROBLEM_LIST
    for row in (desk.HEADER, LI_ROW):
        book.active.append(row.split(","))
    assert [problem.kind for problem in reading.read(saved(book), "a.xlsx").problems] == ["NO_ROWS"]


def test_only_the_own_desk_has_it_and_it_is_audited(cast, at, ground):
    roster = desk.receive(cast, at, desk.sheet(LI_ROW, BAD_HUANG))
    with pytest.raises(Refused) as refused:
        annotating.annotated_copy(roster=roster, by=cast[CLERK], at=at)
    assert refused.value.code == "no_file"
    roster = desk.read(cast, at, roster)
    for other in ("nongye.jingban", "shiqiao.jingban"):
        with pytest.raises(NotFound):
            annotating.annotated_copy(roster=roster, by=cast[other], at=at)
    before = AuditEvent.objects.count()
    copied(roster, cast, at)
    found = AuditEvent.objects.order_by("id")[before:]
    assert [(one.name, one.detail["purpose"]) for one in found] == [
        ("file.opened", "annotated_copy"),
        ("vault.opened", "annotated_copy"),
    ]


def test_the_page_offers_it_under_the_files_own_name(cast, at, ground):
    roster = desk.read_roster(cast, at, LI_ROW, BAD_HUANG)
    client = Client()
    client.force_login(Official.objects.get(username=CLERK))
    address = reverse("rosters:annotated-copy", args=[roster.no])
    assert address in client.get(reverse("rosters:detail", args=[roster.no])).content.decode()
    answer = client.get(address)
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E6%9F%B3%E6%B2%B3%E9%95%87")
    assert answer["Content-Disposition"].endswith("%EF%BC%88%E6%89%B9%E6%B3%A8%EF%BC%89.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(answer.content)).sheetnames == ["问题清单", "花名册"]
    unread = desk.receive(cast, at, desk.sheet(WANG_ROW))
    answer = client.get(reverse("rosters:annotated-copy", args=[unread.no]))
    assert answer["Location"] == reverse("rosters:detail", args=[unread.no])
    client.force_login(Official.objects.get(username="nongye.jingban"))
    assert address not in client.get(reverse("rosters:detail", args=[roster.no])).content.decode()
    assert client.get(address).status_code == 404


def test_the_statements_do_not_grow_with_the_problems(cast, at, ground):
    counts = []
    for rows in ([BAD_HUANG], [BAD_HUANG] * 30):
        roster = desk.read_roster(cast, at, LI_ROW, *rows)
        with CaptureQueriesContext(connection) as statements:
            copied(roster, cast, at)
        counts.append(len(statements))
    assert counts[0] == counts[1] < 20


def test_more_than_can_be_marked_is_said_on_the_first_sheet(monkeypatch, cast, at, ground):
    monkeypatch.setattr(annotated, "MARKED_MAX", 1)
    roster = desk.read_roster(cast, at, BAD_HUANG, WANG_ROW.replace("285.90", "1.00"))
    _, book = copied(roster, cast, at)
    assert "这里只标出前 1 处（要改的在前），共 2 处" in book.worksheets[0]["A3"].value
    assert book["花名册"]["H3"].comment is None


@pytest.mark.parametrize("name", ["COPIED_BYTES_MAX", "REWRITTEN_BYTES_MAX"])
def test_a_very_large_file_gets_the_list_alone(monkeypatch, name):
    monkeypatch.setattr(annotated, name, 100)
    empty = pl.DataFrame(schema=annotated.CORRECTIONS_SCHEMA), pl.DataFrame(schema=annotated.DROPPED_SCHEMA)
    row = ("", "柳河社区", 4, "H", "黄波", "AMOUNT_MISMATCH", "error", "", "99")
    found = pl.DataFrame([row], schema=annotated.PROBLEMS_SCHEMA, orient="row")
    content = saved(workbook(BAD_HUANG)) if name == "COPIED_BYTES_MAX" else desk.sheet(BAD_HUANG)
    findings = annotated.Findings(found, *empty, [("AMOUNT_MISMATCH", 1)])
    book = openpyxl.load_workbook(io.BytesIO(annotated.annotated(content, "名册.xlsx", findings)))
    assert book.sheetnames == ["问题清单"] and "只列出问题" in book.active["A3"].value
    assert (book.active["A5"].value, book.active["A5"].hyperlink) == ("H4", None)
