"""Rosters as other townships lay them out. The same people and amounts must come out of each layout, without a problem."""

from datetime import date

import pytest

from tests.anomalies import making
from tests.anomalies.making import Farmer
from yikatong.rosters.commands import DEMO_COUNTY
from yikatong.rosters.rules import checking, reading, references

TODAY = date(2026, 11, 20)
FARMERS = making.farmers(12)
TOTAL_FEN = sum(farmer.amount_fen for farmer in FARMERS)


def yuan(farmers: tuple[Farmer, ...] = FARMERS) -> float:
    return sum(farmer.amount_fen for farmer in farmers) / 100


def check(rows, merged=None, filename=making.FILENAME, **given) -> checking.CheckResult:
    sheets = rows if isinstance(rows, dict) else {"Sheet1": rows}
    areas = merged if isinstance(merged, dict) else {"Sheet1": merged or []}
    content = making.saved(making.workbook(sheets, areas))
    return checking.check(reading.read(content, filename), references.from_folder(DEMO_COUNTY), TODAY, **given)


def clean(result: checking.CheckResult, kinds: tuple[str, ...] = ()) -> None:
    assert [(p.row, p.column, p.kind, p.note) for p in result.listed() if p.kind not in kinds] == []
    assert (result.row_count, result.ok_count) == (12, 12)
    assert result.rows["id_number"].to_list() == [farmer.id_number for farmer in FARMERS]
    assert result.rows["amount_fen"].to_list() == [farmer.amount_fen for farmer in FARMERS]
    assert result.total_fen_ok == TOTAL_FEN
    assert (result.program, result.cycle, result.township) == ("P01", "2026", "柳河镇")


def test_the_plain_one():
    result = check(making.plain())
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN


def test_header_far_down_with_a_unit_row_and_column_numbers():
    notes = [
        ["填表说明："],
        ["1.本表由各村如实填报，不得空项。"],
        ["2.面积保留两位小数，金额单位为元。"],
        [],
        ["附件3"],
        [making.TITLE],
        [],
    ]
    header = [
        "编号",
        "所在村",
        "村民小组",
        "户主姓名",
        "公民身份号码",
        "一卡通账号",
        "核定面积",
        "补贴标准",
        "应补资金",
        "签字",
    ]
    units = [None, None, None, None, None, None, "（亩）", "（元/亩）", "（元）", None]
    marks = ["栏次", "甲", "乙", 1, 2, 3, 4, 5, "6=4*5", 7]
    body = [making.line(n, f) for n, f in enumerate(FARMERS, 1)]
    total = [None, "合　计", *[None] * 4, None, None, yuan(), None]
    foot = [["单位负责人：", "张三", "审核人：", "李四", "制表人：", "王五"], ["注：本表一式三份。"], ["2026年6月30日"]]
    result = check([*notes, header, units, marks, *body, total, *foot])
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN


def test_header_repeated_on_each_page_with_page_subtotals():
    rows = [[making.TITLE], making.HEADER]
    for start in (0, 5, 10):
        page = FARMERS[start : start + 5]
        rows += [making.line(start + n, f) for n, f in enumerate(page, 1)]
        rows += [["本页小计", *[None] * 7, yuan(page), None], [f"第{start // 5 + 1}页，共3页"]]
        rows += [making.HEADER] if start < 10 else []
    rows += [[None, None, None, "总 计", None, None, None, None, yuan(), None]]
    result = check(rows)
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN


def test_two_tables_in_one_sheet_with_columns_in_another_order():
    other = ["姓名", "证件号码", "金额(元)", "面积(亩)", "标准(元/亩)", "银行账号", "住址"]
    first, second = FARMERS[:7], FARMERS[7:]
    below = [
        [f.name, f.id_number, f.amount, f.area, 95.3, f.card_number, f"青禾县柳河镇{f.village}{f.group}组"]
        for f in second
    ]
    rows = [[making.TITLE], making.HEADER, *[making.line(n, f) for n, f in enumerate(first, 1)]]
    rows += [["合计", *[None] * 7, yuan(first)], [], ["第二部分"], other, *below, ["合计", None, yuan(second)]]
    result = check(rows)
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN
    assert result.rows["village"].to_list() == [farmer.village for farmer in FARMERS]


def test_three_header_levels_and_villages_merged_down():
    top = ["序号", "行政区划", None, "补贴对象", None, None, "2026年补贴情况", None, None, "备注"]
    middle = [None, "村", "组", "基本情况", None, "发放账户", "面积", "标准", "金额", None]
    leaf = [None, None, None, "姓名", "身份证号", "卡号", "亩", "元/亩", "元", None]
    body = [making.line(n, f) for n, f in enumerate(FARMERS, 1)]
    merged = ["A2:A4", "B2:C2", "B3:B4", "C3:C4", "D2:F2", "D3:E3", "G2:I2", "J2:J4", "A1:J1"]
    start = 0
    while start < 12:
        end = start
        while end < 12 and FARMERS[end].village == FARMERS[start].village:
            end += 1
        if end - start > 1:
            merged.append(f"B{start + 5}:B{end + 4}")
        start = end
    clean(check([[making.TITLE], top, middle, leaf, *body], merged))


def test_total_above_the_rows():
    body = [making.line(n, f) for n, f in enumerate(FARMERS, 1)]
    result = check([[making.TITLE], making.HEADER, ["合计", *[None] * 7, yuan()], *body])
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN


def test_a_wrong_total_above_the_rows_is_told():
    body = [making.line(n, f) for n, f in enumerate(FARMERS, 1)]
    result = check([[making.TITLE], making.HEADER, ["合计", *[None] * 7, yuan() + 1], *body])
    assert [(p.row, p.column, p.kind) for p in result.listed()] == [(3, "I", "TOTAL_MISMATCH")]


def test_a_grand_total_that_forgets_a_village_is_told():
    first, second = FARMERS[:5], FARMERS[5:]
    rows = [[making.TITLE], making.HEADER, *[making.line(n, f) for n, f in enumerate(first, 1)]]
    rows += [["甲村小计", *[None] * 7, yuan(first)], *[making.line(n, f) for n, f in enumerate(second, 6)]]
    rows += [["乙村小计", *[None] * 7, yuan(second)], ["合计", *[None] * 7, yuan(second)]]
    assert [(p.row, p.kind) for p in check(rows).listed()] == [(17, "TOTAL_MISMATCH")]


def test_sheets_with_different_orders_and_one_grand_total_on_the_last():
    first, second = FARMERS[:6], FARMERS[6:]
    one = [making.HEADER, *[making.line(n, f) for n, f in enumerate(first, 1)]]
    other = [
        ["领取人", "身份证号", "卡号", "面积", "金额"],
        *[[f.name, f.id_number, f.card_number, f.area, f.amount] for f in second],
    ]
    result = check({"一": one, "二": [*other, ["总计", None, None, None, yuan()]]})
    clean(result)
    assert result.declared_total_fen == TOTAL_FEN


def test_the_area_that_explains_the_amounts_is_taken_among_several():
    header = ["序号", "姓名", "身份证号", "承包面积", "流转面积", "实种面积", "标准", "金额"]
    rows = [[n, f.name, f.id_number, f.area + 1, 0.5, f.area, 95.3, f.amount] for n, f in enumerate(FARMERS, 1)]
    clean(check([[making.TITLE], header, *rows]))


def test_payable_amount_before_other_amounts_and_signatures_are_no_names():
    header = [
        "序号",
        "户主姓名",
        "身份证号码",
        "社保卡号",
        "面积",
        "标准",
        "应发金额",
        "扣减金额",
        "实发金额",
        "领款人签字",
        "代领人姓名",
    ]
    rows = [
        [n, f.name, f.id_number, f.card_number, f.area, 95.3, f.amount + 5, 5, f.amount, None, None]
        for n, f in enumerate(FARMERS, 1)
    ]
    clean(check([[making.TITLE], header, *rows]))


def test_village_headings_between_and_prepared_empty_lines():
    rows = [[making.TITLE], making.HEADER]
    rows += [[FARMERS[0].village]] + [making.line(n, f) for n, f in enumerate(FARMERS, 1)]
    rows += [[n] + [None] * 9 for n in range(13, 20)]
    clean(check(rows))


@pytest.mark.parametrize("group", ["3组", "三组", "3社", "第3村民小组"])
def test_village_with_group_behind_and_area_in_front(group: str):
    header = ["村组", "姓名", "身份证号", "面积", "金额"]
    rows = [[f"柳河镇{f.village}{group}", f.name, f.id_number, f.area, f.amount] for f in FARMERS]
    result = check([[making.TITLE], header, *rows])
    clean(result)
    assert result.rows["village"].to_list() == [farmer.village for farmer in FARMERS]
    assert set(result.rows["group"]) <= {"3", "三"}


def test_a_mapping_by_hand_wins():
    header = ["甲", "姓名", "身份证号", "金额", "乙"]
    rows = [[f.card_number, f.name, f.id_number, f.amount, f.area] for f in FARMERS]
    content = making.saved(making.workbook({"Sheet1": [[making.TITLE], header, *rows]}))
    read = reading.read(content, making.FILENAME, {"A": "card_number", "E": "quantity"})
    result = checking.check(read, references.from_folder(DEMO_COUNTY), TODAY)
    clean(result)
    assert result.rows["card_number"].to_list() == [farmer.card_number for farmer in FARMERS]


def test_a_header_merged_over_two_columns_is_not_a_doubled_one():
    header = ["序号", "姓名", None, "身份证号", "面积", "金额", None]
    rows = [[n, f.name, None, f.id_number, f.area, f.amount, None] for n, f in enumerate(FARMERS, 1)]
    clean(check([[making.TITLE], header, *rows], ["B2:C2", "F2:G2", "A1:G1"]))


def test_numbers_of_former_years_do_not_disturb():
    top = ["序号", "姓名", "身份证号", 2025, None, 2026, None, "备注"]
    leaf = [None, None, None, "面积", "金额", "面积", "金额", None]
    rows = [[n, f.name, f.id_number, 1, 90, f.area, f.amount, None] for n, f in enumerate(FARMERS, 1)]
    merged = ["D2:E2", "F2:G2", "A2:A3", "B2:B3", "C2:C3", "H2:H3"]
    clean(check([[making.TITLE], top, leaf, *rows], merged))


def test_machines_are_paid_one_by_one_and_only_the_same_machine_twice_is_doubled():
    header = ["序号", "购机者姓名", "身份证号", "机具型号", "出厂编号", "补贴额(元)"]
    f = FARMERS[0]
    rows = [[n, f.name, f.id_number, "4LZ-1.0", machine, 3000] for n, machine in enumerate(("A1", "A2", "A1"), 1)]
    result = check([["柳河镇2026年农机购置补贴资金花名册"], header, *rows])
    assert [(p.row, p.column, p.kind) for p in result.listed()] == [
        (3, "C", "DUPLICATE_ROW"),
        (5, "C", "DUPLICATE_ROW"),
    ]
    assert (result.program, result.ok_count) == ("P04", 1)


def test_persons_times_days_times_the_standard():
    header = ["序号", "户主姓名", "身份证号", "救助人数", "救助天数", "标准(元/人日)", "救助金额"]
    rows = [[n, f.name, f.id_number, 3, 30, 20, 1800] for n, f in enumerate(FARMERS, 1)]
    result = check([["柳河镇2026年9月过渡期生活救助金发放表"], header, *rows])
    assert (result.listed(), result.ok_count, result.cycle) == ([], 12, "2026-09")


def test_the_township_follows_from_the_villages_when_nothing_names_it():
    rows = [["2026年耕地地力保护补贴发放表"], *making.plain()[1:]]
    clean(check(rows, filename="新建文件.xlsx"))
