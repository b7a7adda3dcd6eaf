"""Reads the files of people, households, banks and cards; what is wrong is told by row and column."""

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl

from yikatong.core import tables
from yikatong.core.tables import Problem
from yikatong.kit import card_number, id_number, money

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
NOT_LAND = "“{seen}”不是面积，请填 2.97 这样的数。"


def banks(content: bytes, *, file: str) -> pl.DataFrame:
    """Banks by code and card prefix. Raises BadTable."""
    frame = tables.read(content, file=file, columns=BANKS)
    problems = [
        *tables.check(
            frame, "bank_name", BANKS["bank_name"], lambda v: 0 < len(v) <= 60, "银行名称要有，不超过 60 个字。"
        ),
        *tables.check(frame, "bank_code", BANKS["bank_code"], _is_bank_code, "“{seen}”不是 12 到 14 位的行号。"),
        *tables.check(frame, "card_prefix", BANKS["card_prefix"], _is_prefix, "“{seen}”不是六位数字。"),
        *tables.repeated(frame, "bank_code", BANKS["bank_code"]),
        *tables.repeated(frame, "card_prefix", BANKS["card_prefix"]),
    ]
    tables.refuse_if(problems, file=file)
    return frame


def cards(content: bytes, *, file: str, banks_known: dict[str, str]) -> pl.DataFrame:
    """Cards as the card office sends them; ``banks_known`` is bank code -> prefix. Raises BadTable (C7, C14)."""
    frame = tables.read(content, file=file, columns=CARDS)
    frame = frame.with_columns(pl.col("id_number").str.to_uppercase())
    problems = [
        *tables.check(frame, "name", CARDS["name"], lambda v: 0 < len(v) <= 80, "姓名要有，不超过 80 个字。"),
        *tables.check(frame, "id_number", CARDS["id_number"], is_id_number, NOT_AN_ID),
        *tables.check(
            frame, "card_number", CARDS["card_number"], _is_card, "不是有效的 19 位卡号（末位校验要对）。请核对。"
        ),
        *tables.check(
            frame, "bank_code", CARDS["bank_code"], lambda v: v in banks_known, "没有行号“{seen}”，请先装入银行。"
        ),
        *tables.check(
            frame,
            "status",
            CARDS["status"],
            lambda v: v in words.STATUS_WORDS,
            "“{seen}”不认识，请填 正常、未激活、挂失 或 注销。",
        ),
        *tables.check(frame, "issued_on", CARDS["issued_on"], _is_day, NOT_A_DAY, empty_ok=True),
        *tables.repeated(frame, "card_number", CARDS["card_number"]),
    ]
    tables.refuse_if(problems, file=file)
    prefixes = pl.col("bank_code").replace_strict(banks_known, return_dtype=pl.String)
    wrong = frame.with_row_index("row", offset=2).filter(pl.col("card_number").str.slice(0, 6) != prefixes)
    rows = wrong.get_column("row").to_list()
    tables.refuse_if(
        [Problem(row, CARDS["bank_code"], "卡号前六位不是这家银行的。请核对。") for row in rows], file=file
    )
    return frame


def households(content: bytes, *, file: str, villages: Collection[str]) -> pl.DataFrame:
    """Households with land in mu as text. Raises BadTable."""
    frame = tables.read(content, file=file, columns=HOUSEHOLDS)
    frame = frame.with_columns(pl.col("head_id_number").str.to_uppercase())
    problems = [
        *tables.check(frame, "household_no", HOUSEHOLDS["household_no"], _is_no, "户编号要有，不超过 24 个字符。"),
        *tables.repeated(frame, "household_no", HOUSEHOLDS["household_no"]),
        *tables.check(frame, "village_code", HOUSEHOLDS["village_code"], lambda v: v in villages, NOT_AN_AREA),
        *tables.check(frame, "head_id_number", HOUSEHOLDS["head_id_number"], is_id_number, NOT_AN_ID, empty_ok=True),
        *(
            problem
            for name in ("farmland_mu", "forest_mu", "fallow_mu")
            for problem in tables.check(frame, name, HOUSEHOLDS[name], _is_land, NOT_LAND, empty_ok=True)
        ),
    ]
    tables.refuse_if(problems, file=file)
    return frame


def people(content: bytes, *, file: str, villages: Collection[str], household_nos: Collection[str]) -> pl.DataFrame:
    """Residents; the ID number may be missing (B4) but not wrong. Raises BadTable (B2)."""
    frame = tables.read(content, file=file, columns=PEOPLE, optional=PEOPLE_OPTIONAL)
    ids = ("id_number", "guardian_id_number", "custodian_id_number")
    frame = frame.with_columns(pl.col(ids).str.to_uppercase())
    known = {*frame.get_column("id_number").to_list()}
    named = {**PEOPLE, **PEOPLE_OPTIONAL}

    def checked(name: str, holds: Any, said: str, *, empty_ok: bool = False) -> list[Problem]:
        return tables.check(frame, name, named[name], holds, said, empty_ok=empty_ok)

    problems = [
        *checked("person_no", _is_no, "人员编号要有，不超过 24 个字符。"),
        *tables.repeated(frame, "person_no", named["person_no"]),
        *checked("name", lambda v: 0 < len(v) <= 80, "姓名要有，不超过 80 个字。"),
        *checked("id_number", is_id_number, NOT_AN_ID, empty_ok=True),
        *tables.repeated(frame, "id_number", named["id_number"]),
        *checked("sex", lambda v: v in ("男", "女"), "“{seen}”不认识，请填 男 或 女。", empty_ok=True),
        *checked("birth_date", _is_day, NOT_A_DAY, empty_ok=True),
        *checked("household_no", lambda v: v in household_nos, "户编号“{seen}”不在户表里。", empty_ok=True),
        *checked("village_code", lambda v: v in villages, NOT_AN_AREA),
        *checked("mobile", _is_mobile, "不是 11 位手机号。请核对。", empty_ok=True),
        *checked("guardian_id_number", lambda v: v in known, "监护人不在这份人员表里。", empty_ok=True),
        *checked("custodian_id_number", lambda v: v in known, "代管人不在这份人员表里。", empty_ok=True),
    ]
    tables.refuse_if(problems, file=file)
    return frame


def is_id_number(seen: str) -> bool:
    """18 characters with a check digit that fits and a birth date that exists."""
    return (
        id_number.has_form(seen)
        and id_number.check_digit(seen[:17]) == seen[17]
        and id_number.birth_date(seen) is not None
    )


def land(written: str) -> int:
    """Mu as written -> millionths; empty means none."""
    return money.parse_quantity(written) or 0


def _is_land(seen: str) -> bool:
    return money.parse_quantity(seen) is not None


def _is_card(seen: str) -> bool:
    return card_number.has_form(seen) and card_number.luhn_holds(seen)


def _is_bank_code(seen: str) -> bool:
    return 12 <= len(seen) <= 14 and seen.isascii() and seen.isdigit()


def _is_prefix(seen: str) -> bool:
    return len(seen) == 6 and seen.isascii() and seen.isdigit()


def _is_no(seen: str) -> bool:
    return 0 < len(seen) <= 24


def _is_mobile(seen: str) -> bool:
    return len(seen) == 11 and seen.isascii() and seen.isdigit() and seen[0] == "1"


def _is_day(seen: str) -> bool:
    try:
        return len(seen) == 10 and date.fromisoformat(seen) is not None
    except ValueError:
        return False
