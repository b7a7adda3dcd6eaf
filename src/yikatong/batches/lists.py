"""What the lists of the batch pages hold in Excel."""

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Table
from yikatong.kit.workbooks import Kind

from . import queries
from .states import BATCH

BATCHES = Table(
    "发放批次",
    (
        Column("批次", "no", width=24),
        Column("补贴项目", "program.name", width=28),
        Column("周期", "cycle.label"),
        Column("部门", "agency.name", width=24),
        Column("状态", listing.state_of(BATCH)),
        Column("第几版", "revision_no", Kind.COUNT),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("发放时限", "cycle.pay_due_on", Kind.DAY),
    ),
    lambda asked: queries.batches_for(asked.actor),
)

SEALED = Table(
    "等着接收的花名册",
    (
        Column("花名册", "roster_no", width=24),
        Column("单位", "area_name"),
        Column("补贴项目", "program_name", width=28),
        Column("周期", "cycle_no", width=24),
        Column("状态", lambda one: "已接收" if one.acceptance_id else "待接收"),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("异议暂扣笔数", "held_count", Kind.COUNT),
        Column("异议暂扣（元）", "held_fen", Kind.YUAN, is_total=False),
        Column("发放时限", "pay_due_on", Kind.DAY),
        Column("指纹", "digest", width=66, on_paper=False),
    ),
    lambda asked: queries.sealed_rosters_for(asked.actor),
)


def _batch_id(asked: Asked) -> int:
    return int(queries.batch_for(asked.actor, asked.path["no"]).pk)


def batch_digest(asked: Asked) -> str:
    """What the batch was signed by."""
    return queries.batch_for(asked.actor, asked.path["no"]).digest


def batch_told(asked: Asked) -> list[tuple[str, str]]:
    """Which batch it is."""
    batch = queries.batch_for(asked.actor, asked.path["no"])
    return [("批次", batch.no), ("补贴项目", f"{batch.program.name} {batch.cycle.label}")]


TOWNSHIPS = Table(
    "分乡镇",
    (
        Column("乡镇", "township_name", width=20),
        Column("笔数", "count", Kind.COUNT),
        Column("村", "village_count", Kind.COUNT),
        Column("盖章花名册（元）", "roster_fen", Kind.YUAN),
        Column("批次明细（元）", "frozen_fen", Kind.YUAN),
        Column("差额（元）", "difference_fen", Kind.YUAN, is_total=False),
    ),
    lambda asked: queries.township_lines(_batch_id(asked)),
)

BATCH_ROSTERS = Table(
    "批次中的花名册",
    (
        Column("花名册", "roster_no", width=24),
        Column("单位", "area_name"),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("异议暂扣笔数", "held_count", Kind.COUNT),
        Column("异议暂扣（元）", "held_fen", Kind.YUAN, is_total=False),
        Column("指纹", "digest", width=66, on_paper=False),
    ),
    lambda asked: queries.batch_rosters(_batch_id(asked)),
)
