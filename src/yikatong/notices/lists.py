"""What the lists of the notice pages hold in Excel, as the boards show it: names masked, no numbers."""

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit import money
from yikatong.kit.workbooks import Kind

from . import queries
from .states import FLOW, OBJECTION_FLOW

WAITING = Table(
    "等着张贴",
    (
        Column("花名册", "no", width=24),
        Column("补贴项目", "program.name", width=28),
        Column("周期", "cycle.label"),
        Column("行数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
    ),
    lambda asked: queries.waiting_rosters_for(asked.actor),
)

NOTICES = Table(
    "公示",
    (
        Column("补贴项目", "roster.program.name", width=28),
        Column("周期", "roster.cycle.label"),
        Column("花名册", "roster.no", width=24),
        Column("单位", "agency.name", width=24),
        Column("状态", listing.state_of(FLOW)),
        Column("张贴", "posted_on", Kind.DAY),
        Column("公示到", "until_on", Kind.DAY),
        Column("行数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("指纹", "digest", width=66, on_paper=False),
    ),
    lambda asked: queries.notices_for(asked.actor),
)

OBJECTIONS = Table(
    "异议",
    (
        Column("内容", "text", width=60),
        Column("项目", "roster.program.name", width=28),
        Column("单位", "agency.name", width=24),
        Column("状态", listing.state_of(OBJECTION_FLOW)),
        Column("提出", "raised_at", Kind.MOMENT),
    ),
    lambda asked: queries.objections_for(asked.actor),
)


def notice_told(asked: Asked) -> list[tuple[str, str]]:
    """Which notice it is, and of which village."""
    one = queries.notice_for(asked.actor, asked.path["notice_id"])
    told = [("补贴项目", f"{one.roster.program.name} {one.roster.cycle.label}"), ("花名册", one.roster.no)]
    village = asked.path.get("village_code")
    return [*told, ("村", queries.area_name(village))] if village else told


def _villages(asked: Asked) -> Rows:
    return queries.villages(queries.notice_for(asked.actor, asked.path["notice_id"]), asked.actor)


VILLAGES = Table(
    "分村汇总",
    (
        Column("乡镇", "township", width=20),
        Column("村", "name", width=20),
        Column("行数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("异议暂扣行数", "held_count", Kind.COUNT, on_paper=False),
        Column("异议暂扣（元）", "held_fen", Kind.YUAN, on_paper=False),
    ),
    _villages,
)


def _village(asked: Asked) -> Rows:
    notice = queries.notice_for(asked.actor, asked.path["notice_id"])
    return queries.detail(notice, asked.path["village_code"], asked.actor)


VILLAGE = Table(
    "公示明细",
    (
        Column("姓名", "masked_name"),
        Column("组", "group_no", width=8),
        Column("数量", lambda line: money.parse_quantity(line.quantity), Kind.QUANTITY),
        Column("标准（元）", "rate_fen", Kind.YUAN, adds_up=False),
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("备注", lambda line: "有异议，暂不发" if line.held else "", width=16),
    ),
    _village,
)
