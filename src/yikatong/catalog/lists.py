"""What the lists of the catalog's pages hold in Excel."""

from typing import Any

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit.workbooks import Kind

from . import queries
from .models import CatalogItem
from .states import CYCLE_FLOW, LIST_FLOW


def _paid_to(row: Any) -> str:
    return row.get_paid_to_display() or "大项目"


PROGRAMS = Table(
    "补贴项目",
    (
        Column("编码", "code"),
        Column("项目", "name", width=32),
        Column("涉密", lambda one: "涉密" if one.is_secret else ""),
        Column("停止执行", "ended_on", Kind.DAY),
        Column("单位", "unit"),
        Column("发放对象", _paid_to),
        Column("周期", "get_cycle_kind_display"),
        Column("支付方式", lambda one: one.get_paying_mode_display() if one.paid_to else "", width=20),
        Column("主管部门", "department.name", width=24),
    ),
    lambda asked: queries.programs_for(asked.actor),
)

LISTS = Table(
    "政策清单",
    (
        Column("编号", "no", width=24),
        Column("清单", "title", width=40),
        Column("起草单位", "agency.name", width=24),
        Column("状态", listing.state_of(LIST_FLOW)),
        Column("项数", "item_count", Kind.COUNT),
    ),
    lambda asked: queries.lists_for(asked.actor),
)


def _items(asked: Asked) -> Rows:
    found = queries.list_for(asked.actor, asked.path["number"])
    items: list[CatalogItem] = list(queries.items_of(found, asked.actor))
    changes = queries.changes_of(items) if found.state != "published" else {}
    return [{"item": item, "change": changes.get(item.code, "")} for item in items]


ITEMS = Table(
    "清单条目",
    (
        Column("编码", "item.code"),
        Column("项目", "item.name", width=32),
        Column("涉密", lambda row: "涉密" if row["item"].is_secret else ""),
        Column("停止执行", "item.ended_on", Kind.DAY),
        Column("标准（元）", "item.rate_fen", Kind.YUAN),
        Column("单位", "item.unit"),
        Column("发放对象", lambda row: _paid_to(row["item"])),
        Column("周期", "item.get_cycle_kind_display"),
        Column("主管部门", "item.department.name", width=24),
        Column("变化", "change"),
    ),
    _items,
)

CYCLES = Table(
    "发放周期",
    (
        Column("编号", "no", width=24),
        Column("补贴项目", "program.name", width=28),
        Column("周期", "label"),
        Column("主管部门", "agency.name", width=24),
        Column("状态", listing.state_of(CYCLE_FLOW)),
        Column("标准（元）", "rate_fen", Kind.YUAN),
        Column("报送期限", "roster_due_on", Kind.DAY),
        Column("发放期限", "pay_due_on", Kind.DAY),
    ),
    lambda asked: queries.cycles_for(asked.actor),
)
