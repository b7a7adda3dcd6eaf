"""What the lists of requests, stuck money and refunds hold in Excel."""

from collections.abc import Mapping
from typing import Any

from yikatong.batches import queries as batches
from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit.workbooks import Kind

from . import queries
from .states import EXCEPTION, REFUND, REQUEST

WHO = (Column("姓名", "name"), Column("村", "village_name", width=20), Column("组", "group_no", width=8))


def first_sentence_of_reason(row: Any) -> str:
    """What happened, without what to do about it: of that a paper has columns of its own."""
    said = row["reason_words"] if isinstance(row, Mapping) else row.reason_words
    return str(said or "").partition("。")[0]


FILEABLE = Table(
    "等着申请的批次",
    (
        Column("批次", "no", width=24),
        Column("补贴项目", "program.name", width=28),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
    ),
    lambda asked: queries.fileable_for(asked.actor),
)

REQUESTS = Table(
    "发放申请",
    (
        Column("申请", "no", width=24),
        Column("补贴项目", "batch.program.name", width=28),
        Column("种类", "get_kind_display"),
        Column("主管部门", "agency.name", width=24),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("状态", listing.state_of(REQUEST)),
    ),
    lambda asked: queries.requests_for(asked.actor),
)


def request_told(asked: Asked) -> list[tuple[str, str]]:
    """Which payment request it is."""
    one = queries.request_for(asked.actor, asked.path["no"])
    return [("发放申请", one.no), ("补贴项目", one.batch.program.name)]


def stuck_told(asked: Asked) -> list[tuple[str, str]]:
    """Which batch it is, where it is one."""
    return [("批次", asked.path["batch_no"])] if "batch_no" in asked.path else []


TOWNSHIPS = Table(
    "钱在哪里",
    (
        Column("乡镇", "township_name", width=20),
        Column("状态", "words"),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
    ),
    lambda asked: queries.township_states(queries.request_for(asked.actor, asked.path["no"])),
)

EXCEPTIONS = Table(
    "回盘不符",
    (
        Column("不符之处", "get_kind_display", width=28),
        Column("款项编号", "end_to_end_id", width=36),
        Column("银行说", "seen_result"),
        Column("金额（元）", "seen_amount_fen", Kind.YUAN),
        Column("发放申请", "request.no", width=24),
        Column("状态", listing.state_of(EXCEPTION)),
    ),
    lambda asked: queries.exceptions_for(asked.actor),
)


def _stuck(asked: Asked) -> Rows:
    batch_no = asked.path.get("batch_no")
    batch = batches.batch_for(asked.actor, batch_no) if batch_no else None
    return queries.stuck_for(asked.actor, batch_id=batch.pk if batch else None)


STUCK = Table(
    "失败与退票",
    (
        *WHO,
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("结果", "state_words"),
        Column("银行原因", first_sentence_of_reason, width=28),
        Column("告诉本人", "reason_words", width=44, on_paper=False),
        Column("原因代码", "reason_code", on_paper=False),
        Column("日期", "booked_on", Kind.DAY),
        Column("怎么办", "action_words", width=20),
        Column("还等什么", lambda one: one.waits_words or "已经可以重新发放。", width=44, on_paper=False),
        Column("原卡尾号", "card_tail"),
        Column("现卡尾号", "card_now_tail"),
        Column("重新发放申请", "reissue_no", width=24, on_paper=False),
        Column("退回单", "refund_no", width=24, on_paper=False),
        Column("最迟", "due_on", Kind.DAY),
        Column("批次", "case_no", width=24),
    ),
    _stuck,
)

REFUNDS = Table(
    "退回财政",
    (
        Column("退回单", "no", width=24),
        Column("补贴项目", "batch.program.name", width=28),
        Column("原因", "get_cause_display", width=24),
        Column("缴款书号", "voucher_no", width=20),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("最迟", "due_on", Kind.DAY),
        Column("状态", listing.state_of(REFUND)),
    ),
    lambda asked: queries.refunds_for(asked.actor),
)


def refund_told(asked: Asked) -> list[tuple[str, str]]:
    """Which refund it is."""
    found = queries.refund_for(asked.actor, asked.path["no"])
    return [("退回单", found.no), ("原因", found.get_cause_display()), ("缴款书号", found.voucher_no)]


def refund_digest(asked: Asked) -> str:
    """What the refund was signed by."""
    return queries.refund_for(asked.actor, asked.path["no"]).digest


REFUND_LINES = Table(
    "退回明细",
    (
        *WHO,
        Column("金额（元）", "amount_fen", Kind.YUAN),
        Column("银行原因", first_sentence_of_reason, width=28),
        Column("追缴", "recovery_no", width=24),
        Column("收款凭证", "receipt_voucher_no", width=20),
        Column("日期", "booked_on", Kind.DAY),
    ),
    lambda asked: queries.refund_lines(queries.refund_for(asked.actor, asked.path["no"])),
)
