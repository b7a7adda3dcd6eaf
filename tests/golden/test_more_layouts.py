"""Layouts that a critic's rosters brought to light: places said once, tables beside each other, units, torn files."""

from datetime import date

import pytest

from tests.anomalies import making
from tests.golden.test_layouts import FARMERS, TODAY, TOTAL_FEN, check, clean, yuan
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, reading, references

SHORT = ["序号", "姓名", "身份证号", "卡号", "面积", "金额"]
VILLAGES = [farmer.village for farmer in FARMERS]


def short(number: int, farmer: making.Farmer) -> list[object]:
    return [number, farmer.name, farmer.id_number, farmer.card_number, farmer.area, farmer.amount]


def body() -> list[list[object]]:
    return [short(number, farmer) for number, farmer in enumerate(FARMERS, 1)]


def check_csv(content: bytes, today: date = TODAY) -> checking.CheckResult:
    filename = making.FILENAME.replace(".xlsx", ".csv")
    return checking.check(reading.read(content, filename), references.from_folder(DEMO_COUNTY), today)


def test_a_village_that_stands_alone_over_its_rows():
    result = check([[making.TITLE], SHORT, ["柳河社区"], *body()[:6], [None, "前进村"], *body()[6:]])
    clean(result)
    assert result.rows["village"].to_list() == ["柳河社区"] * 6 + ["前进村"] * 6


def test_a_village_with_its_sum_is_a_subtotal_and_no_person():
    rows = [[making.TITLE], SHORT, ["柳河社区", *[None] * 4, yuan(FARMERS[:6])], *body()[:6]]
    rows += [["前进村", *[None] * 4, yuan(FARMERS[6:]) + 1], *body()[6:], ["合计", *[None] * 4, yuan()]]
    result = check(rows)
    assert [(p.row, p.kind) for p in result.listed()] == [(10, "TOTAL_MISMATCH")]
    assert (result.row_count, result.declared_total_fen) == (12, TOTAL_FEN)


@pytest.mark.parametrize("first", ["1.{}", "{}", "填报单位：{}（盖章）"])
def test_a_village_in_the_sheet_name_or_in_the_line_above(first: str):
    line, name = (first, "Sheet1") if "：" in first else ("单位：亩、元", first.format(VILLAGES[0]))
    result = check({name: [[making.TITLE], [line.format(VILLAGES[0])], SHORT, *body()]})
    clean(result)
    assert set(result.rows["village"]) == {VILLAGES[0]}


def test_a_village_written_in_the_first_row_only_is_told_once_when_unknown():
    header = ["村", *SHORT]
    rows = [["钱进村" if number == 0 else None, *line] for number, line in enumerate(body())]
    result = check([[making.TITLE], header, *rows])
    assert [(p.row, p.column, p.kind) for p in result.listed()] == [(3, "A", "VILLAGE_UNKNOWN")]
    assert set(result.rows["village"]) == {"钱进村"}


def test_two_tables_beside_each_other():
    left, right = body()[:6], body()[6:]
    rows = [
        [making.TITLE],
        [*SHORT, None, *SHORT],
        *[[*one, None, *other] for one, other in zip(left, right, strict=True)],
    ]
    rows += [["合计", *[None] * 4, yuan(FARMERS[:6]), None, "合计", *[None] * 4, yuan(FARMERS[6:])]]
    result = check(rows)
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN
    assert result.rows.unique(["sheet_index", "row"]).height == 12


def test_heads_over_columns_that_a_csv_cannot_merge():
    top = ["序号", "户主信息", "", "配偶信息", "", "账户信息", "", "面积(亩)", "金额(元)"]
    leaf = ["", "姓名", "身份证号", "姓名", "身份证号", "开户行", "账号", "", ""]
    rows = [
        [n, f.name, f.id_number, "张三", "519999196404226193", "农商行", f.card_number, f"{f.area:.6f}", f.amount]
        for n, f in enumerate(FARMERS, 1)
    ]
    clean(check_csv(making.as_csv([[making.TITLE], top, leaf, *rows]).encode("gb18030")))


def test_amounts_in_ten_thousand_yuan():
    header = ["序号", "户主", "身份证号", "社保卡号", "补助资金（万元）"]
    rows = [[n, f.name, f.id_number, f.card_number, 1.8] for n, f in enumerate(FARMERS, 1)]
    result = check([["柳河镇2026年农村危房改造补助资金公示"], header, *rows, ["合计", None, None, None, 21.6]])
    assert (result.listed(), result.total_fen_ok, result.declared_total_fen) == ([], 21_600_000, 21_600_000)


def test_a_quarter_of_a_monthly_program_and_months_that_are_no_money():
    header = ["序号", "姓名", "身份证号", "应发月份", "月标准(元)", "金额(元)"]
    rows = [[n, f.name, f.id_number, "7-9月", 835, 2505] for n, f in enumerate(FARMERS, 1)]
    result = check([["柳河镇2026年第三季度优抚对象抚恤补助资金发放表"], header, *rows])
    assert (result.listed(), result.cycle, result.total_fen_ok) == ([], "2026-Q3", 250_500 * 12)


def test_the_amount_of_one_machine_is_the_standard():
    header = ["序号", "购机者", "身份证号", "数量(台)", "单台补贴额(元)", "补贴金额(元)", "机具编号"]
    rows = [[n, f.name, f.id_number, 2, 1500, 3000, f"SN{n}"] for n, f in enumerate(FARMERS, 1)]
    result = check([["柳河镇2026年农机购置补贴资金公示表"], header, *rows])
    assert (result.listed(), result.total_fen_ok) == ([], 300_000 * 12)


def test_lines_of_capital_letters_and_totals_by_other_words_are_no_people():
    foot = [
        ["总  户  数", 12],
        ["总  金  额", *[None] * 4, yuan()],
        ["大写：", "壹仟元整"],
        ["金额大写", "壹仟元整", None, None, None, yuan()],
    ]
    result = check([[making.TITLE], SHORT, *body(), *foot])
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN


def test_a_torn_row_of_a_csv_is_told_once():
    lines = making.as_csv([[making.TITLE], SHORT, *body()]).split("\r\n")
    lines[3] = ",".join(lines[3].split(",")[:4])
    result = check_csv("\r\n".join(lines).encode())
    assert [(p.row, p.column, p.kind) for p in result.listed()] == [(4, None, "CSV_STRUCTURE")]
    assert (result.row_count, result.ok_count) == (12, 11)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_csv_cut_within_a_character_is_damaged(encoding: str):
    content = making.as_csv([[making.TITLE], SHORT, *body(), ["合计"]]).rstrip().encode(encoding)
    assert [p.kind for p in check_csv(content[:-1]).listed()] == ["FILE_DAMAGED"]
