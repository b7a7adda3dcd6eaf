"""Names, invisible characters, calendar, headers, problems."""

from datetime import date

import pytest

from yikatong.kit import calendar, columns, names, problems, text


def test_names_are_cleaned_and_compared_by_their_key():
    assert names.clean(" 格桑•梅\u200b朵 ") == "格桑·梅朵"
    assert names.clean("李\u3000文") == "李文"
    assert names.key("格桑．梅朵") == names.key("格桑・梅朵")
    assert names.key("ａｂ") == "AB"
    assert names.rare_characters("王䶮") == "䶮"
    assert text.compact("１２ \u00a03") == "123"


def test_working_days_skip_holidays_and_keep_made_up_days():
    days = calendar.WorkingDays.from_rows(
        [
            {"date": "2026-10-01", "kind": "holiday"},
            {"date": "2026-10-02", "kind": "holiday"},
            {"date": "2026-10-10", "kind": "workday"},
        ]
    )
    assert days.after(date(2026, 9, 30), 1) == date(2026, 10, 5)
    assert days.is_working(date(2026, 10, 10))
    assert not days.is_working(date(2026, 10, 11))
    with pytest.raises(calendar.HolidaysMissing, match="2027 年"):
        days.is_working(date(2027, 1, 4))


def test_terms_in_calendar_days():
    assert calendar.after(date(2026, 11, 20), 7) == date(2026, 11, 27)
    assert calendar.days_left(date(2026, 11, 20), date(2026, 11, 18)) == -2
    assert calendar.month_end(date(2028, 2, 3)) == date(2028, 2, 29)
    assert calendar.year_end(date(2026, 2, 3)) == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("姓\u3000名", "name"),
        ("户主", "name"),
        ("补贴对象", "name"),
        ("领取人", "name"),
        ("身份证号", "id_number"),
        ("公民身份号码", "id_number"),
        ("证件号码", "id_number"),
        ("社会保障号码", "id_number"),
        ("社会保障卡号", "card_number"),
        ("一卡通账号", "card_number"),
        ("银行账号", "card_number"),
        ("2026年补贴面积（亩）", "quantity"),
        ("亩均标准", "rate"),
        ("金额（元/月）", "rate"),
        ("补助（元/亩）", "rate"),
        ("奖扶金额\n（元）", "amount"),
        ("补助（元）", "amount"),
        ("实发金额", "amount"),
        ("村（社区）", "village"),
        ("家庭住址", "village"),
        ("组别", "group"),
        ("乡镇", "township"),
        ("出厂编号", "occasion"),
        ("发放月数", "periods"),
        ("联系电话", "mobile"),
        ("监护人姓名", None),
        ("领取人签字", None),
        ("原折号", None),
        ("残疾证号", None),
        ("与户主关系", None),
        ("去年金额", None),
        ("开户银行", None),
        ("（元）", None),
        ("这是一段写在表头里的非常非常长的说明文字并不是表头呀呀呀呀", None),
    ],
)
def test_headers_are_understood_by_their_words(header: str, field: str | None):
    found = columns.classify(header)
    assert (found and found[0]) == field


def test_the_lowest_level_of_a_header_counts_first():
    assert columns.classify_levels(["补贴情况", "面积", "亩"]) == ("quantity", 1)
    assert columns.classify_levels(["户主信息", "姓名"]) == ("name", 1)
    assert columns.classify_levels(["代领人", "姓名"]) is None
    assert columns.classify_levels(["", ""]) is None
    assert columns.classify_levels(["甲", "乙"]) is None


def test_each_field_goes_to_the_likeliest_column():
    def fields(*headers: list[str]) -> list[str | None]:
        return [column.field for column in columns.assign(headers)]

    assert fields(["应发金额"], ["实发金额"]) == [None, "amount"]
    assert fields(["2025年", "金额"], ["2026年", "金额"]) == [None, "amount"]
    assert fields(["户主姓名"], ["姓名"], ["身份证号"]) == [None, "name", "id_number"]
    assert fields(["户主姓名"], ["姓名"], ["户主身份证号"]) == ["name", None, "id_number"]
    assert columns.candidates([["家庭人口"], ["保障人数"], ["甲"]], "quantity") == [1, 0]


def test_doubled_headers_count_only_where_a_used_field_is_concerned():
    headers = [["姓名"], ["金额(元)"], ["金额（元）"], ["备注"], ["备注"], [""], [""]]
    pairs = columns.duplicates(headers, columns.assign(headers))
    assert [(one.index, other.index) for one, other in pairs] == [(1, 2)]


def test_a_correction_moves_a_field():
    assigned = columns.assign([["姓名"], ["甲"], ["金额"]])
    moved = columns.corrected(assigned, {"b": "name", "C": None, "ZZ": "rate"})
    assert [column.field for column in moved] == [None, "name", None]
    assert columns.corrected([columns.Column(27, "", None)], {"AB": "name"})[0].field == "name"


def test_a_message_says_where_what_and_how_to_mend_it():
    problem = problems.Problem("双桥村", 17, "C", "ID_CHECKSUM")
    assert problem.message() == "“双桥村”第 17 行 C 列：身份证号有一位抄错了，校验位对不上。请照身份证核对。"
    whole = problems.Problem(None, None, None, "NO_ROWS", note="空表")
    assert whole.message() == "整份文件：没有找到发放对象（空表）。请检查是不是传错了表。"
    assert whole.severity is problems.Severity.ERROR


def test_problems_are_listed_in_the_order_of_the_file():
    listed = [
        problems.Problem("a", row, column, "ID_FORM") for row, column in ((9, "AA"), (9, "B"), (2, "C"), (None, None))
    ]
    assert [(p.row, p.column) for p in problems.in_order(listed)] == [(None, None), (2, "C"), (9, "B"), (9, "AA")]


def test_messages_use_chinese_punctuation_only():
    for kind in problems.KINDS.values():
        assert not set(kind.wrong + kind.mend) & set(",:;?()"), kind
