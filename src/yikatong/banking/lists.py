"""What the lists of instructions, reports and reconciliation hold in Excel; names and cards masked as on the pages."""

from typing import Any

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Stream, Table
from yikatong.kit import money
from yikatong.kit.workbooks import Kind

from . import books, hand_queries, overdue, queries
from .models import InstructionEvent
from .states import FLOW, UPLOAD

INSTRUCTIONS = Table(
    "代发指令",
    (
        Column("指令", "message_id", width=36),
        Column("发放申请", "request.no", width=24),
        Column("单位", "agreement.agency.name", width=24),
        Column("代发机构", "provider.name", width=28),
        Column("笔数", "count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
        Column("状态", lambda one: InstructionEvent.Kind(one.stands).label),
        Column("自", "stands_since", Kind.MOMENT),
    ),
    lambda asked: queries.instructions_for(asked.actor),
)

OVERDUE = Table(
    "银行超期没有给结果",
    (
        Column("指令", "message_id", width=36),
        Column("发放申请", "no", width=24),
        Column("单位", "agency_name", width=24),
        Column("代发机构", "provider_name", width=28),
        Column("没有结果的笔数", "line_count", Kind.COUNT),
        Column("金额（元）", "line_fen", Kind.YUAN),
        Column("应在此前给结果", "due_at", Kind.MOMENT),
        Column("最近一次催问", "asked_at", Kind.MOMENT),
    ),
    lambda asked: overdue.overdue_for(asked.actor, asked.at),
)


def _results(asked: Asked) -> Rows:
    return queries.results_of(queries.instruction_for(asked.actor, asked.path["message_id"]))


RESULTS = Table(
    "发放结果",
    (
        Column("结果", "words"),
        Column("笔数", "line_count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
    ),
    _results,
)


def _events(asked: Asked) -> Rows:
    found = queries.instruction_for(asked.actor, asked.path["message_id"])
    return found.events.select_related("official")


EVENTS = Table(
    "到银行的经过",
    (
        Column("时间", "happened_at", Kind.MOMENT),
        Column("进展", "get_kind_display"),
        Column("说明", "note", width=60),
        Column("经手", "official.name"),
    ),
    _events,
)

REPORTS = Table(
    "银行回盘",
    (
        Column("银行编号", "report_no", width=36),
        Column("代发机构", "provider.name", width=28),
        Column("报文", "kind", width=20),
        Column("行数", "row_count", Kind.COUNT),
        Column("收到", "received_at", Kind.MOMENT),
        Column("处理结果", "get_standing_display", width=20),
        Column("说明", "sentence", width=60),
        Column("指纹", "digest", width=66, on_paper=False),
    ),
    lambda asked: queries.reports_for(asked.actor),
)

BREAK_COLUMNS = (
    Column("差异", "get_kind_display", width=24),
    Column("责任方", "get_owner_display"),
    Column("单位", "agency.name", width=24),
    Column("账务日", "day", Kind.DAY),
    Column("自", "found_at", Kind.MOMENT),
    Column("发放申请", "request.no", width=24),
    Column("笔数", "count", Kind.COUNT),
    Column("系统（元）", "expected_fen", Kind.YUAN),
    Column("银行（元）", "found_fen", Kind.YUAN),
    Column("状态", listing.state_of(FLOW)),
)
BREAKS = Table("对账差异", BREAK_COLUMNS, lambda asked: queries.breaks_for(asked.actor))


def _request_standing(row: Any) -> str:
    if row["state"] == "closed":
        return "已对平关闭"
    same = row["debit_fen"] == row["credited_fen"] and row["debit_count"]
    return "合计一致，等全部结果" if same else "等银行"


RECONCILED = Table(
    "发放申请与对账单",
    (
        Column("发放申请", "no", width=24),
        Column("笔数", "count", Kind.COUNT),
        Column("指令（元）", "total_fen", Kind.YUAN),
        Column("到账（元）", "credited_fen", Kind.YUAN),
        Column("失败（元）", "failed_fen", Kind.YUAN),
        Column("退票（元）", "returned_fen", Kind.YUAN),
        Column("对账单付款（元）", "debit_fen", Kind.YUAN),
        Column("结果", _request_standing, width=24),
    ),
    lambda asked: queries.reconciliation_for(asked.actor),
)

STATEMENTS = Table(
    "银行对账单",
    (
        Column("日期", "day", Kind.DAY),
        Column("对账单", "statement_no", width=28),
        Column("单位", "agreement.agency.name", width=24),
        Column("期初（元）", "opening_fen", Kind.YUAN),
        Column("收款笔数", "credit_count", Kind.COUNT),
        Column("收款（元）", "credit_fen", Kind.YUAN),
        Column("付款笔数", "debit_count", Kind.COUNT),
        Column("付款（元）", "debit_fen", Kind.YUAN),
        Column("期末（元）", "closing_fen", Kind.YUAN),
        Column("缺口（元）", "gap_fen", Kind.YUAN),
    ),
    lambda asked: queries.statements_for(asked.actor),
)


def statement_told(asked: Asked) -> list[tuple[str, str]]:
    """Which statement it is, and what the account held before and after."""
    one = queries.statement_for(asked.actor, asked.path["statement_id"])
    told = [
        ("单位", one.agreement.agency.name),
        ("账户", f"尾号 {one.agreement.debtor_account[-4:]}"),
        ("日期", f"{one.day}"),
    ]
    sums = (("期初", one.opening_fen), ("收", one.credit_fen), ("付", one.debit_fen), ("期末", one.closing_fen))
    return told + [(name, money.format_yuan(fen)) for name, fen in sums]


def statement_digest(asked: Asked) -> str:
    """The digest of the bank's message that brought the statement."""
    return queries.statement_for(asked.actor, asked.path["statement_id"]).report.digest


STATEMENT_LINES = Table(
    "对账单明细",
    (
        Column("款项编号", "end_to_end_id", width=36),
        Column("指令", "message_id", width=36, on_paper=False),
        Column("付款（元）", lambda line: line.amount_fen if line.side == "debit" else None, Kind.YUAN),
        Column("收款（元）", lambda line: None if line.side == "debit" else line.amount_fen, Kind.YUAN, is_total=False),
        Column("银行流水号", "bank_reference", width=28),
        Column("退回原因", "return_reason", width=20),
    ),
    lambda asked: queries.statement_for(asked.actor, asked.path["statement_id"]).lines.all(),
)


def break_told(asked: Asked) -> list[tuple[str, str]]:
    """Which difference it is."""
    one = queries.break_for(asked.actor, asked.path["break_id"])
    told = [("差异", one.get_kind_display()), ("单位", one.agency.name), ("账务日", f"{one.day}" if one.day else "")]
    return [one for one in told if one[1]]


def _break_lines(asked: Asked) -> Stream:
    lines = books.BreakLines(queries.break_for(asked.actor, asked.path["break_id"]))
    return Stream(lambda: len(lines), lines.by_the_thousand)


BREAK_LINES = Table(
    "差异明细",
    (
        Column("序号", "line_no", Kind.COUNT),
        Column("款项编号", "end_to_end_id", width=36),
        Column("发放申请", "request_no", width=24),
        Column("姓名", "payee_name"),
        Column("卡号", "card", width=22),
        Column("系统（元）", "expected_fen", Kind.YUAN),
        Column("银行（元）", "found_fen", Kind.YUAN),
    ),
    _break_lines,
)

UPLOADS = Table(
    "手工上传的对账单",
    (
        Column("文件", "file.name", width=40),
        Column("代发机构", "provider.name", width=28),
        Column("上传", "uploaded_at", Kind.MOMENT),
        Column("上传人", "file.stored_by.name"),
        Column("原因", "note", width=40),
        Column("状态", listing.state_of(UPLOAD)),
    ),
    lambda asked: hand_queries.uploads_for(asked.actor),
)
