"""Reads the files of people, households, banks and cards; what is wrong is told by row and column."""

from collections.abc import Callable, Collection

import polars as pl

from yikatong.core import tables
from yikatong.core.tables import Checks
from yikatong.kit import card_number, expressions

from . import words

BANKS = {"bank_name": "银行名称", "bank_code": "行号", "card_prefix": "卡号前六位"}
CARDS = {
    "name": "姓名",
    "id_number": "身份证号",
    "card_number": "社保卡卡号",
    "bank_code": "行号",
    "status": "状态",
    "issued_on": "发卡日期",
}
HOUSEHOLDS = {
    "household_no": "户编号",
    "village_code": "村代码",
    "group": "组",
    "head_id_number": "户主身份证号",
    "farmland_mu": "耕地（亩）",
    "forest_mu": "林地（亩）",
    "fallow_mu": "退耕地（亩）",
}
PEOPLE = {
    "person_no": "人员编号",
    "name": "姓名",
    "id_number": "身份证号",
    "sex": "性别",
    "birth_date": "出生日期",
    "household_no": "户编号",
    "relation": "与户主关系",
    "village_code": "村代码",
    "group": "组",
    "mobile": "手机",
}
PEOPLE_OPTIONAL = {
    "flags": "身份标识",
    "guardian_id_number": "监护人身份证号",
    "guardian_relation": "监护关系",
    "custodian_id_number": "代管人身份证号",
    "custodian_relation": "代管关系",
}
NOT_AN_ID = "不是有效的身份证号（要 18 位，末位校验要对）。请核对原件。"
NOT_A_DAY = "“{seen}”不是日期，请写成 2026-01-31。"
NOT_AN_AREA = "“{seen}”不是已登记的村代码，请先装入行政区划。"
NO_NAME = "姓名要有，不超过 80 个字。"
NOT_LAND = "“{seen}”不是面积，请填 2.97 这样的数。"


def banks(content: bytes, *, file: str) -> pl.DataFrame:
    """Banks by code and card prefix. Raises BadTable."""
    frame = tables.read(content, file=file, columns=BANKS)
    checks = Checks(frame, file=file, words=BANKS)
    checks.require("bank_name", _length("bank_name", 60), "银行名称要有，不超过 60 个字。")
    checks.require("bank_code", pl.col("bank_code").str.contains("^[0-9]{12,14}$"), "“{seen}”不是 12 到 14 位的行号。")
    checks.require("card_prefix", pl.col("card_prefix").str.contains("^[0-9]{6}$"), "“{seen}”不是六位数字。")
    checks.require_distinct("bank_code")
    checks.require_distinct("card_prefix")
    checks.refuse()
    return frame


def cards(content: bytes, *, file: str, banks_known: dict[str, str]) -> pl.DataFrame:
    """Cards as the card office sends them; ``banks_known`` is bank code -> prefix. Raises BadTable (C7, C14)."""
    frame = tables.read(content, file=file, columns=CARDS).with_columns(pl.col("id_number").str.to_uppercase())
    checks = Checks(frame, file=file, words=CARDS)
    number = pl.col("card_number")
    checks.require("name", _length("name", 80), NO_NAME)
    checks.require("id_number", expressions.is_id_number(pl.col("id_number")), NOT_AN_ID)
    checks.require("card_number", expressions.is_card_number(number), "不是有效的 19 位卡号（末位校验要对）。请核对。")
    checks.require("bank_code", pl.col("bank_code").is_in(list(banks_known)), "没有行号“{seen}”，请先装入银行。")
    checks.require(
        "status", pl.col("status").is_in(list(words.STATUS_WORDS)), "“{seen}”不认识，请填“正常”“未激活”“挂失”或“注销”。"
    )
    checks.require("issued_on", expressions.day(pl.col("issued_on")).is_not_null(), NOT_A_DAY, empty_ok=True)
    checks.require_distinct("card_number")
    checks.refuse()
    prefixes = pl.col("bank_code").replace_strict(banks_known, return_dtype=pl.String)
    held = number.str.slice(0, card_number.PREFIX_LENGTH) == prefixes
    checks.require("bank_code", held, "卡号前六位不是这家银行的。请核对。")
    checks.refuse()
    return frame


def households(content: bytes, *, file: str, villages: Collection[str]) -> pl.DataFrame:
    """Households with land in mu as text. Raises BadTable."""
    frame = tables.read(content, file=file, columns=HOUSEHOLDS)
    frame = frame.with_columns(pl.col("head_id_number").str.to_uppercase())
    checks = Checks(frame, file=file, words=HOUSEHOLDS)
    checks.require("household_no", _length("household_no", 24), "户编号要有，不超过 24 个字符。")
    checks.require_distinct("household_no")
    checks.require("village_code", pl.col("village_code").is_in(list(villages)), NOT_AN_AREA)
    checks.require("head_id_number", expressions.is_id_number(pl.col("head_id_number")), NOT_AN_ID, empty_ok=True)
    for name in ("farmland_mu", "forest_mu", "fallow_mu"):
        checks.require(name, expressions.quantity_micro(pl.col(name)).is_not_null(), NOT_LAND, empty_ok=True)
    checks.refuse()
    return frame


def people(
    content: bytes,
    *,
    file: str,
    villages: Collection[str],
    households: pl.Series,
    registered: Callable[[pl.Series], pl.Series],
) -> pl.DataFrame:
    """Residents; the ID number may be missing (B4) but not wrong. ``households`` are the numbers of the file of
    households; of others ``registered`` says which are known from before. Raises BadTable (B2)."""
    frame = tables.read(content, file=file, columns=PEOPLE, optional=PEOPLE_OPTIONAL)
    ids = ("id_number", "guardian_id_number", "custodian_id_number")
    frame = frame.with_columns(pl.col(ids).str.to_uppercase())
    homes = frame.get_column("household_no").unique()
    elsewhere = homes.filter((homes != "") & ~homes.is_in(households.implode()))
    known_homes = pl.concat([households, registered(elsewhere)]) if len(elsewhere) else households
    checks = Checks(frame, file=file, words={**PEOPLE, **PEOPLE_OPTIONAL})
    checks.require("person_no", _length("person_no", 24), "人员编号要有，不超过 24 个字符。")
    checks.require_distinct("person_no")
    checks.require("name", _length("name", 80), NO_NAME)
    checks.require("id_number", expressions.is_id_number(pl.col("id_number")), NOT_AN_ID, empty_ok=True)
    checks.require_distinct("id_number")
    checks.require("sex", pl.col("sex").is_in(["男", "女"]), "“{seen}”不认识，请填“男”或“女”。", empty_ok=True)
    checks.require("birth_date", expressions.day(pl.col("birth_date")).is_not_null(), NOT_A_DAY, empty_ok=True)
    checks.require_known("household_no", known_homes, "户编号“{seen}”不在户表里。", empty_ok=True)
    checks.require("village_code", pl.col("village_code").is_in(list(villages)), NOT_AN_AREA)
    checks.require("mobile", pl.col("mobile").str.contains("^1[0-9]{10}$"), "不是 11 位手机号。请核对。", empty_ok=True)
    numbers = frame.get_column("id_number")
    checks.require_known("guardian_id_number", numbers, "监护人不在这份人员表里。", empty_ok=True)
    checks.require_known("custodian_id_number", numbers, "代管人不在这份人员表里。", empty_ok=True)
    checks.refuse()
    return frame


def _length(name: str, characters_max: int) -> pl.Expr:
    return pl.col(name).str.len_chars().is_between(1, characters_max)
