"""What the lists of the funding pages hold in Excel."""

from yikatong.core import listing
from yikatong.core.listing import Column, Table
from yikatong.kit.workbooks import Kind

from . import queries
from .states import ALLOTMENT, PLAN

PLANS = Table(
    "用款计划",
    (
        Column("用款计划", "no", width=24),
        Column("补贴项目", "batch.program.name", width=28),
        Column("周期", "batch.cycle.label"),
        Column("批次", "batch.no", width=24),
        Column("部门", "agency.name", width=24),
        Column("状态", listing.state_of(PLAN)),
        Column("笔数", "batch.count", Kind.COUNT),
        Column("申报金额（元）", "declared_fen", Kind.YUAN),
    ),
    lambda asked: queries.plans_for(asked.actor),
)

ALLOTMENTS = Table(
    "预算指标",
    (
        Column("指标文号", "document_no", width=24),
        Column("项目", "program.name", width=28),
        Column("年度", lambda one: str(one.fiscal_year)),
        Column("来源", "get_source_display"),
        Column("状态", listing.state_of(ALLOTMENT)),
        Column("金额（元）", "amount_fen", Kind.YUAN),
    ),
    lambda asked: queries.allotments_for(asked.actor),
)
