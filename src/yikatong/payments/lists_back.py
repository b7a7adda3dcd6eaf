"""What the lists of ages, arrears, recoveries and months' ends hold in Excel."""

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit import money
from yikatong.kit.workbooks import Kind

from . import queries_back as queries
from . import words
from .lists import WHO, first_sentence_of_reason
from .states import MONTH_END, RECEIPT, RECOVERY


def _suspense(asked: Asked) -> Rows:
    today = asked.at.date()
    return [
        line | {"days": (today - line["booked_on"]).days, "overdue": "超期" if line["due_on"] < today else ""}
        for line in queries.suspense_lines_for(asked.actor)
    ]


SUSPENSE = Table(
    "待处理账龄",
    (
        Column("批次", "case_no", width=24),
        Column("补贴项目", "program_name", width=28),
        Column("主管部门", "agency_name", width=24),
        Column("乡镇", "township_name"),
        Column("村", "village_name", width=20),
        Column("姓名", "name"),
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("时限", lambda line: words.CAUSES[line["cause"]], width=26),
        Column("为什么还在", lambda line: words.REASONS[line["reason"]], width=32),
        Column("银行原因", "reason_words", width=28),
        Column("日期", "booked_on", Kind.DAY),
        Column("最迟", "due_on", Kind.DAY),
        Column("天数", "days", Kind.COUNT),
        Column("超期", "overdue"),
    ),
    _suspense,
)

YEAR_END = Table(
    "年末清退",
    (
        Column("批次", "batch_no", width=24),
        Column("补贴项目", "program_name", width=28),
        Column("主管部门", "agency_name", width=24),
        Column("负责人", "official_name"),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("为什么还在", "reason_words", width=32),
        Column("时限", "cause_words", width=26, on_paper=False),
        Column("最早一笔", "since", Kind.DAY, on_paper=False),
        Column("最迟", "due_on", Kind.DAY),
    ),
    lambda asked: queries.year_end_for(asked.actor, asked.at.date()).rows,
)

OWED = Table(
    "补发台账",
    (
        Column("补贴项目", lambda one: f"{one['program_name']} {one['cycle_label']}", width=36),
        *WHO,
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("当时为什么没发成", first_sentence_of_reason, width=28),
        Column("日期", "booked_on", Kind.DAY, on_paper=False),
        Column("退回国库", "refund_no", width=24),
        Column("缴款书号", "voucher_no", width=20, on_paper=False),
        Column("原卡尾号", "card_tail", on_paper=False),
        Column("现卡尾号", "card_now_tail"),
        Column("补发批次", "batch_no", width=24, on_paper=False),
        Column("现在", lambda one: one["state_words"] or one["waits_words"] or "可以补发", width=44),
    ),
    lambda asked: queries.owed_for(asked.actor),
)

HELD = Table(
    "还没有上缴国库的收款",
    (
        *WHO,
        Column("收款凭证", "voucher_no", width=20),
        Column("追缴", "recovery_no", width=24),
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("收款日", "received_on", Kind.DAY),
        Column("最迟上缴", "due_on", Kind.DAY),
    ),
    lambda asked: queries.receipts_held_for(asked.actor),
)

RECOVERIES = Table(
    "错发追回",
    (
        *WHO,
        Column("追缴", "no", width=24),
        Column("补贴项目", "program_name", width=28),
        Column("原因", "cause_words", width=20),
        Column("应追回（元）", "amount_fen", Kind.YUAN),
        Column("已追回（元）", "received_fen", Kind.YUAN),
        Column("还差（元）", "left_fen", Kind.YUAN),
        Column("限期", "due_on", Kind.DAY),
        Column("天数", "days", Kind.COUNT),
        Column("状态", lambda one: RECOVERY.state_words[one["state"]]),
    ),
    lambda asked: queries.recovery_rows(queries.recoveries_for(asked.actor), asked.at.date()),
)

RECEIPTS = Table(
    "收款",
    (
        Column("收款凭证", "voucher_no", width=20),
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("收款日", "received_on", Kind.DAY),
        Column("状态", listing.state_of(RECEIPT)),
    ),
    lambda asked: queries.recovery_for(asked.actor, asked.path["no"]).receipts.all(),
)

MONTH_ENDS = Table(
    "月末清理",
    (
        Column("月份", lambda one: f"{one.year}-{one.month:02}"),
        Column("单位", "agency.name", width=24),
        Column("笔数", "count", Kind.COUNT),
        Column("待处理（元）", "total_fen", Kind.YUAN),
        Column("资金账（元）", "ledger_fen", Kind.YUAN),
        Column("状态", listing.state_of(MONTH_END)),
    ),
    lambda asked: queries.month_ends_for(asked.actor),
)


def month_told(asked: Asked) -> list[tuple[str, str]]:
    """Which month it is."""
    found = queries.month_end_for(asked.actor, asked.path["month_end_id"])
    return [("月份", f"{found.year}-{found.month:02}"), ("资金账余额", money.format_yuan(found.ledger_fen))]


def month_digest(asked: Asked) -> str:
    """What the month's table was signed by."""
    return queries.month_end_for(asked.actor, asked.path["month_end_id"]).digest


MONTH_END_LINES = Table(
    "月末明细",
    (
        Column("姓名", "name"),
        Column("补贴项目", "program_name", width=28),
        Column("批次", "case_no", width=24),
        Column("负责人", "official_name"),
        Column("单位", "agency_name", width=24),
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("为什么还在", "reason_words", width=32),
        Column("时限", "cause_words", width=26),
        Column("最迟", "due_on", Kind.DAY),
    ),
    lambda asked: queries.month_end_lines(queries.month_end_for(asked.actor, asked.path["month_end_id"])),
)
