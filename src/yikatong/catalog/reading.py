"""Reads a catalog file into items; what is wrong is told by row and column, and nothing is half read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from yikatong.core import tables
from yikatong.core.tables import Problem
from yikatong.kit import money

from . import rules, words
from .models import CatalogItem, CycleKind, PaidTo, PayingMode, PolicyLevel

COLUMNS = {
    "code": "项目编码",
    "parent_code": "上级编码",
    "name": "项目名称",
    "standard_yuan": "补贴标准（元）",
    "unit": "单位",
    "paid_to": "发放对象",
    "cycle": "发放周期",
    "department": "主管部门",
}
OPTIONAL = {
    "is_secret": "涉密",
    "paying_mode": "支付方式",
    "notice_days": "公示天数",
    "valid_from": "标准执行日期",
    "ended_on": "停止执行日期",
    "exclusion_note": "不含",
    "basis_title": "政策依据",
    "basis_no": "文号",
    "basis_level": "政策层级",
}
ALL = {**COLUMNS, **OPTIONAL}
YES, NO = {"是", "yes", "true", "1"}, {"", "否", "no", "false", "0"}
PAID_TO = {"": "", "按户": "household", "户": "household", "按人": "person", "人": "person"}
PAID_TO |= {value: value for value in PaidTo.values}
CYCLES = {"": "", "年": "year", "按年": "year", "季": "quarter", "按季": "quarter", "月": "month", "按月": "month"}
CYCLES |= {value: value for value in CycleKind.values}
MODES = {"": "department", "主管部门支付": "department", "财政部门支付": "finance"}
MODES |= {value: value for value in PayingMode.values}
LEVELS = {"": "", **{str(words): value for value, words in PolicyLevel.choices}}
LEVELS |= {value: value for value in PolicyLevel.values}


@dataclass(frozen=True)
class Known:
    """What the reader must know of the county: departments by name, and programs in force (code -> is it paid)."""

    departments: Mapping[str, int]
    programs: Mapping[str, bool]
    year_begins_on: date


def read(content: bytes, *, file: str, known: Known) -> list[CatalogItem]:
    """The items of a catalog file, not yet saved. Raises BadTable with every wrong cell (A6, A9, A18)."""
    frame = tables.read(content, file=file, columns=COLUMNS, optional=OPTIONAL)
    problems = _wrong_cells(frame, known) + tables.repeated(frame, "code", ALL["code"])
    tables.refuse_if(problems, file=file)
    tables.refuse_if(_wrong_rows(frame, known), file=file)
    return [_item(row_no, row, known) for row_no, row in enumerate(frame.iter_rows(named=True), start=2)]


def _wrong_cells(frame: pl.DataFrame, known: Known) -> list[Problem]:
    def checked(name: str, holds: Any, said: str, *, empty_ok: bool = False) -> list[Problem]:
        return tables.check(frame, name, ALL[name], holds, said, empty_ok=empty_ok)

    return [
        *checked(
            "code", lambda v: 0 < len(v) <= 12 and v.isascii(), "“{seen}”不是编码，请填 P01 或 P05-1 这样的编码。"
        ),
        *checked("name", lambda v: 0 < len(v) <= 80, "项目名称要有，且不超过 80 个字。"),
        *checked(
            "standard_yuan", _is_rate, "“{seen}”不是金额，请填 95.30 这样的数，没有固定标准就留空。", empty_ok=True
        ),
        *checked("unit", lambda v: len(v) <= 40, "单位不超过 40 个字。"),
        *checked("paid_to", lambda v: v in PAID_TO, "“{seen}”不认识，请填“按户”或“按人”。"),
        *checked("cycle", lambda v: v in CYCLES, "“{seen}”不认识，请填“年”“季”或“月”。"),
        *checked("department", lambda v: v in known.departments, words.UNKNOWN_DEPARTMENT),
        *checked("is_secret", lambda v: v in YES | NO, "“{seen}”不认识，请填“是”或“否”。"),
        *checked("paying_mode", lambda v: v in MODES, "“{seen}”不认识，请填“主管部门支付”或“财政部门支付”。"),
        *checked("notice_days", _is_days, "“{seen}”不是天数，请填 1 到 60。", empty_ok=True),
        *checked("valid_from", _is_day, "“{seen}”不是日期，请写成 2026-01-01。", empty_ok=True),
        *checked("ended_on", _is_day, "“{seen}”不是日期，请写成 2026-12-31。", empty_ok=True),
        *checked("basis_level", lambda v: v in LEVELS, "“{seen}”不认识，请填“中央”“省级”“市级”或“县级”。"),
        *checked("basis_title", lambda v: len(v) <= 120, "政策依据不超过 120 个字。"),
        *checked("basis_no", lambda v: len(v) <= 60, "文号不超过 60 个字。"),
        *checked("exclusion_note", lambda v: len(v) <= 120, "不含的说明不超过 120 个字。"),
    ]


def _wrong_rows(frame: pl.DataFrame, known: Known) -> list[Problem]:
    """Problems that need more than one cell: half-described programs, parents, secrets under open parents' names."""
    rows = list(frame.iter_rows(named=True))
    paid = {**known.programs, **{row["code"]: bool(row["paid_to"]) for row in rows}}
    problems = []
    for row_no, row in enumerate(rows, start=2):
        if bool(row["paid_to"]) != bool(row["cycle"]) or (row["standard_yuan"] and not row["paid_to"]):
            problems.append(
                Problem(row_no, ALL["paid_to"], "发放对象和发放周期要一起填；大项目两样都留空，也不填标准。")
            )
        if row["paid_to"] and not row["unit"]:
            problems.append(Problem(row_no, ALL["unit"], "请填单位，例如“元/亩”。"))
        parent = row["parent_code"]
        if parent and parent not in paid:
            problems.append(Problem(row_no, ALL["parent_code"], words.UNKNOWN_PARENT.format(seen=parent)))
        elif parent and paid[parent]:
            problems.append(Problem(row_no, ALL["parent_code"], words.PAID_PARENT.format(seen=parent)))
    return problems


def _item(row_no: int, row: dict[str, str], known: Known) -> CatalogItem:
    rate_fen = money.parse_amount(row["standard_yuan"]) if row["standard_yuan"] else None
    return CatalogItem(
        row_no=row_no,
        code=row["code"],
        parent_code=row["parent_code"],
        name=row["name"],
        department_id=known.departments[row["department"]],
        rate_fen=rate_fen,
        unit=row["unit"],
        quantity_kind=rules.quantity_kind(row["unit"]),
        paid_to=PAID_TO[row["paid_to"]] or None,
        cycle_kind=CYCLES[row["cycle"]] or None,
        paying_mode=MODES[row["paying_mode"]],
        is_secret=row["is_secret"] in YES,
        by_occasion=rules.by_occasion(row["unit"], rate_fen),
        exclusion_note=row["exclusion_note"] or rules.exclusion(row["name"]),
        notice_days=int(row["notice_days"] or 7),
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else known.year_begins_on,
        ended_on=date.fromisoformat(row["ended_on"]) if row["ended_on"] else None,
        basis_title=row["basis_title"],
        basis_no=row["basis_no"],
        basis_level=LEVELS[row["basis_level"]],
    )


def _is_rate(seen: str) -> bool:
    fen = money.parse_amount(seen)
    return fen is not None and 0 < fen <= money.AMOUNT_FEN_MAX


def _is_days(seen: str) -> bool:
    return seen.isascii() and seen.isdigit() and 1 <= int(seen) <= 60


def _is_day(seen: str) -> bool:
    try:
        return len(seen) == 10 and date.fromisoformat(seen) is not None
    except ValueError:
        return False
