"""What titles, villages, columns and garbled text are understood as."""

from datetime import date

import polars as pl
import pytest

from tests.anomalies import making
from yikatong.kit import sheets
from yikatong.kit.sheets import CellError, Sheet, Workbook
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, garbled, layout, places, quantities, reading, references, titles

COUNTY = references.from_folder(DEMO_COUNTY)
_LINES = COUNTY.catalog.to_dicts()
CATALOG = [
    titles.ProgramName(
        line["code"], line["name"], line["cycle"] or "", line["code"] not in {x["parent_code"] for x in _LINES}
    )
    for line in _LINES
]


@pytest.mark.parametrize(
    ("title", "code", "cycle"),
    [
        ("青禾县2026年农机购置补贴资金发放表", "P04", "2026"),
        ("青坪乡2026年草原禁牧补助花名册", "P05-1", "2026"),
        ("二〇二六年农村危房改造补助资金花名册", "P06", "2026"),
        ("2026年三季度移民后扶直补资金", "P08", "2026-Q3"),
        ("大湾镇2026年7-9月水库移民后期扶持资金", "P08", "2026-Q3"),
        ("大湾镇2026年9月水库移民后期扶持资金", "P08", "2026-Q3"),
        ("2026年9月份农村低保金", "P09-1", "2026-09"),
        ("柳河镇2026.09特困供养", "P09-2", "2026-09"),
        ("云溪镇202610临时救助", "P09-3", "2026-10"),
        ("2026年十月重度残疾人护理补贴", "P10-2", "2026-10"),
        ("2026年上半年计划生育家庭特别扶助资金", "P15", "2026-H1"),
        ("2026年下半年孤儿基本生活费", "P09-4", "2026-H2"),
        ("2026年困难大学生就业帮扶补助", "P18", "2026"),
        ("最低生活保障金", "P09-1", None),
        ("2026年村干部工资", None, "2026"),
        ("填报日期：2026年6月1日", None, None),
    ],
)
def test_programs_and_cycles_in_titles(title: str, code: str | None, cycle: str | None):
    found = titles.program([title], CATALOG)
    assert (found and found.code) == code
    assert titles.cycle([title], found.cycle if found else None) == cycle


def test_a_county_with_another_catalog_is_matched_by_words():
    own = [titles.ProgramName("X1", "高龄老人津贴", "month"), titles.ProgramName("X2", "种粮大户补贴资金", "year")]
    assert titles.program(["2026年高龄津贴老人发放表", "x"], own) == own[0]
    assert titles.program(["耕地地力"], own) is None


def test_townships_by_full_and_short_name_and_the_county_last():
    towns = ["柳河镇", "石桥镇"]
    assert titles.township(["青禾县2026年", "石桥2026"], towns, ["青禾县"]) == "石桥镇"
    assert titles.township(["青禾县2026年"], towns, ["青禾县"]) == "青禾县"
    assert titles.township(["x"], towns, ["青禾县"]) is None


@pytest.mark.parametrize(
    ("written", "known", "village", "group"),
    [
        ("前进村", True, "前进村", None),
        ("前进", True, "前进村", None),
        ("前进3组", True, "前进村", "3"),
        ("前进村村民委员会", True, "前进村", None),
        ("柳河社区居委会", True, "柳河社区", None),
        ("四川省乐山市青禾县柳河镇前进村三组", True, "前进村", "三"),
        ("某某省某某市前进村", True, "前进村", None),
        ("钱进村2组", False, "钱进村", "2"),
        ("小前进村", False, "小前进村", None),
        ("3组", None, None, "3"),
        ("", None, None, None),
    ],
)
def test_villages_as_they_are_written(written: str, known: bool | None, village: str | None, group: str | None):
    place = places.Gazetteer(COUNTY, "柳河镇").find(written)
    assert (place.known, place.village, place.group) == (known, village, group)


def test_without_a_list_of_villages_none_is_unknown():
    empty = references.References(
        COUNTY.people, COUNTY.cards, COUNTY.banks, COUNTY.areas.clear(), COUNTY.catalog, COUNTY.households
    )
    assert places.Gazetteer(empty, None).find("前进村2组") == places.Place(None, "前进村2组", None, "2")


def table(header: list[str], rows: list[list[object]]) -> tuple[Sheet, layout.Table]:
    sheet = Sheet("s", sheets.rows([["" if cell is None else cell for cell in row] for row in (header, *rows)]))
    return sheet, layout.tables(sheet)[0]


def test_the_area_is_chosen_by_what_explains_the_amounts():
    header = ["姓名", "身份证号", "面积", "种植面积", "标准", "金额"]
    rows = [["张三", "5" * 18, n + 5.0, float(n), 95.3, round(n * 95.3, 2)] for n in range(1, 9)]
    sheet, found = table(header, [*rows, ["李四", "5" * 18, "约2亩", None, None, "x"]])
    assert found.place("quantity") == 2
    quantities.choose(sheet, found)
    assert found.place("quantity") == 3


def test_a_household_size_that_explains_nothing_is_dropped():
    rows = [["张三", "5" * 18, float(n), 105.0] for n in range(1, 9)]
    sheet, found = table(["姓名", "身份证号", "家庭人口", "金额"], rows)
    quantities.choose(sheet, found)
    assert found.place("quantity") is None


def test_garbled_text_without_any_number_leaves_nothing():
    book = Workbook("csv", [Sheet(None, sheets.rows([["姓名序号备注".encode().decode("gbk", "replace")], ["x", ""]]))])
    assert garbled.is_garbled(book)
    assert garbled.remains(book) == garbled.Remains(0, None)
    assert not garbled.is_garbled(Workbook("csv", [Sheet(None, sheets.rows([["a", "1"]]))]))
    assert not garbled.is_garbled(Workbook("csv", [Sheet(None, sheets.rows([["姓名", "身份证号", "金额"]]))]))
    people = Workbook("csv", [Sheet(None, sheets.rows([["张", "519999196404226193", "x"]]))])
    assert garbled.remains(people) == garbled.Remains(1, None)


def test_people_without_a_header_and_a_sheet_without_people():
    rows = making.plain()[2:]
    result = checking.check(
        reading.read(making.saved(making.workbook({"s": rows})), "a.xlsx"), COUNTY, date(2026, 11, 20)
    )
    assert [(p.kind, p.row) for p in result.listed()] == [("HEADER_MISSING", None)]
    assert (result.row_count, result.refused) == (12, True)
    empty = reading.read(making.saved(making.workbook({"s": [making.HEADER]})), "a.xlsx")
    assert [p.kind for p in empty.problems] == ["NO_ROWS"]


def test_errors_and_examples_are_no_header_and_no_rows():
    header = ["序号", "姓名", "身份证号", "金额"]
    rows = [
        [CellError("#REF!"), "", "", ""],
        ["例", "张三", "519999196404226193", 1.0],
        [1.0, "李四", "519999196404226193", 1.0],
    ]
    _, found = table(header, rows)
    assert found.data_rows.to_list() == [3]


def test_a_remark_that_begins_like_a_note_stays_on_its_row():
    _, found = table(
        ["姓名", "身份证号", "金额", "备注"], [["张三", "", 5.0, "说明：年底补办"], ["李四", "", 5.0, "合计两次"]]
    )
    assert found.data_rows.to_list() == [1, 2]


def test_rows_of_a_result_have_the_promised_columns():
    result = checking.check(
        reading.read(making.saved(making.workbook({"s": making.plain()})), making.FILENAME), COUNTY, date(2026, 11, 20)
    )
    assert dict(result.rows.schema) == checking.ROWS
    assert dict(result.problems.schema) == checking.PROBLEMS
    assert result.rows["village_code"].str.starts_with("519999100").all()
    assert result.rows.select(pl.col("row_key").n_unique()).item() == 12
