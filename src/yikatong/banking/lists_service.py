"""What the lists of the four books, the banks' service and complaints hold in Excel."""

from collections.abc import Callable
from typing import Any

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit.calendar import month_end
from yikatong.kit.workbooks import Kind

from . import books, queries, service
from .lists import BREAK_COLUMNS
from .states import COMPLAINT

STANDINGS = {
    "agree": "相等", "named": "有差异，已列明", "unnamed": "有差异，未列明", "no_statement": "没有对账单",
    "waits_results": "等回盘", "waits_statement": "等对账单", "differs": "不等",
}  # fmt: skip
_FOUR = (
    Column("系统明细笔数", "line_count", Kind.COUNT),
    Column("系统明细（元）", "line_fen", Kind.YUAN),
    Column("资金账笔数", "posted_count", Kind.COUNT),
    Column("资金账（元）", "posted_fen", Kind.YUAN),
    Column("银行回盘笔数", "reported_count", Kind.COUNT),
    Column("银行回盘（元）", "reported_fen", Kind.YUAN),
    Column("银行对账单笔数", "booked_count", Kind.COUNT),
    Column("银行对账单（元）", "booked_fen", Kind.YUAN),
    Column("结果", lambda one: STANDINGS[one.standing], width=20),
)


def _month(asked: Asked) -> dict[str, Any]:
    account = books.account_of(asked.query.get("account", ""))
    return {"month": books.month_of(asked.query.get("month", ""), asked.at.date()), "agreement_id": account}


def book_filters(asked: Asked) -> list[tuple[str, str]]:
    """The month and the account that the books were asked for."""
    told = _month(asked)
    account = next((one for one in books.accounts_for(asked.actor) if one.pk == told["agreement_id"]), None)
    month = [("月份", f"{told['month']:%Y-%m}")]
    return [*month, ("账户", f"{account.agency.name} {account.provider.name}")] if account else month


DAYS = Table(
    "按日",
    (
        Column("日期", "day", Kind.DAY),
        Column("单位", "agency_name", width=24),
        Column("代发机构", "provider_name", width=28),
        Column("收付", "movement_words"),
        *_FOUR,
    ),
    lambda asked: books.days_for(asked.actor, **_month(asked)),
)

FILES = Table(
    "按文件",
    (
        Column("指令", "message_id", width=36),
        Column("单位", "agency_name", width=24),
        Column("代发机构", "provider_name", width=28),
        Column("指令（元）", "sent_fen", Kind.YUAN),
        *_FOUR,
    ),
    lambda asked: books.files_for(asked.actor, **_month(asked)),
)


def _month_breaks(asked: Asked) -> Rows:
    month = _month(asked)["month"]
    return queries.breaks_for(asked.actor).filter(day__range=(month, month_end(month)))


MONTH_BREAKS = Table("差异", BREAK_COLUMNS, _month_breaks)


def day_told(asked: Asked) -> list[tuple[str, str]]:
    """Which account on which day it is."""
    account = queries.agreement_for(asked.actor, asked.path["agreement_id"])
    return [("账户", f"{account.agency.name} {account.provider.name}"), ("日期", asked.path["day"])]


DAY_FILES = Table(
    "按指令文件",
    (Column("指令", "message_id", width=36), Column("收付", "movement_words"), *_FOUR),
    lambda asked: books.day_for(
        asked.actor, agreement_id=asked.path["agreement_id"], day=books.day_of(asked.path["day"])
    ),
)

PROVIDERS = Table(
    "代发机构",
    (
        Column("代发机构", "name", width=28),
        Column("行号", "bank_code"),
        Column("网点", "outlet_count", Kind.COUNT),
        Column("自助机具", "atm_count", Kind.COUNT),
        Column("POS 机", "pos_count", Kind.COUNT),
        Column("本地社保卡", lambda one: "发行" if one.issues_local_card else "不发行"),
        Column("重复文件", lambda one: "银行永久去重" if one.dedupes_forever else "银行不保证去重", width=20),
    ),
    lambda asked: list({one.provider_id: one.provider for one in queries.agreements_for(asked.actor)}.values()),
)

AGREEMENTS = Table(
    "代发协议",
    (
        Column("单位", "agency.name", width=24),
        Column("代发机构", "provider.name", width=28),
        Column("协议", "document_no", width=24),
        Column("零余额账户", lambda one: f"尾号 {one.debtor_account[-4:]}"),
        Column("自", "valid_from", Kind.DAY),
        Column("至", "valid_to", Kind.DAY),
        Column("到账天数", "pay_within_days", Kind.COUNT),
        Column("反馈天数", "report_within_days", Kind.COUNT),
        Column("采购", "procurement_document_no", width=24),
    ),
    lambda asked: queries.agreements_for(asked.actor),
)


def _service_months(asked: Asked) -> Rows:
    return service.months_for(asked.actor, month=_month(asked)["month"], today=asked.at.date())


_LEVELS = (
    Column("银行", "provider_name", width=28),
    Column("月份", lambda one: f"{one.month:%Y-%m}"),
    Column("文件", "file_count", Kind.COUNT),
    Column("笔数", "line_count", Kind.COUNT),
    Column("金额（元）", "line_fen", Kind.YUAN),
    Column("到账", "credited_count", Kind.COUNT),
    Column("失败", "failed_count", Kind.COUNT),
    Column("退票", "returned_count", Kind.COUNT),
    Column("到账天数中位数", "pay_days_median", Kind.COUNT),
    Column("按约定到账", "pay_kept"),
    Column("反馈天数中位数", "report_days_median", Kind.COUNT),
    Column("按约定反馈", "report_kept"),
    Column("缺对账单", "statement_missing_count", Kind.COUNT),
    Column("对账单迟到", "statement_late_count", Kind.COUNT),
    Column("差异", "break_count", Kind.COUNT),
    Column("未了结差异", "break_open_count", Kind.COUNT),
    Column("投诉", "complaint_count", Kind.COUNT),
    Column("其中收费", "fee_complaint_count", Kind.COUNT),
)

SERVICE = Table("代发服务", _LEVELS, _service_months)


def _this_month(asked: Asked) -> Rows:
    month = _month(asked)["month"]
    return [one for one in service.months_for(asked.actor, month=month, today=asked.at.date()) if one.month == month]


SERVICE_MONTH = Table("本月", _LEVELS, _this_month)


def month_filters(asked: Asked) -> list[tuple[str, str]]:
    """The month up to which the service was asked for."""
    return [("到哪个月（连同之前十一个月）", f"{_month(asked)['month']:%Y-%m}")]


FAILURES = Table(
    "失败和退票的原因",
    (
        Column("银行", "provider_name", width=28),
        Column("要做的事", "words", width=20),
        Column("失败", "failed_count", Kind.COUNT),
        Column("退票", "returned_count", Kind.COUNT),
        Column("金额（元）", "total_fen", Kind.YUAN),
    ),
    lambda asked: service.failures_for(asked.actor, month=_month(asked)["month"]),
)

_PEOPLE = (
    Column("人数", "person_count", Kind.COUNT),
    Column("卡数", "card_count", Kind.COUNT),
    Column("笔数", "line_count", Kind.COUNT),
    Column("应发（元）", "due_fen", Kind.YUAN),
    Column("到账（元）", "credited_fen", Kind.YUAN),
)


def _year(asked: Asked) -> int:
    return service.year_of(asked.query.get("year", ""), asked.at.year)


def year_filters(asked: Asked) -> list[tuple[str, str]]:
    """The year that was asked for, and when it was counted."""
    year = _year(asked)
    found = service.people_cards_money_for(asked.actor, fiscal_year=year)
    counted = [("统计时间", f"{found[0]['counted_at'].astimezone(listing.SHANGHAI):%Y-%m-%d %H:%M}")] if found else []
    return [("年度", str(year)), *counted]


def _people_of(kind: str) -> Callable[[Asked], Rows]:
    def rows(asked: Asked) -> Rows:
        found = service.people_cards_money_for(asked.actor, fiscal_year=_year(asked))
        return [one for one in found if one["kind"] == kind]

    return rows


BY_PROGRAM = Table("按补贴项目", (Column("项目", "name", width=28), *_PEOPLE), _people_of("program"))
BY_TOWNSHIP = Table("按乡镇", (Column("乡镇", "name", width=20), *_PEOPLE), _people_of("township"))

CARDS_BY_BANK = Table(
    "各银行的社保卡",
    (
        Column("银行", "bank", width=28),
        Column("卡数", "card_count", Kind.COUNT),
        Column("已激活", "active_count", Kind.COUNT),
        Column("激活率", "active_share"),
    ),
    lambda asked: service.cards_by_bank_for(asked.actor),
)

COMPLAINTS = Table(
    "服务投诉",
    (
        Column("事由", "get_kind_display", width=20),
        Column("内容", "text", width=60),
        Column("银行", "provider.name", width=28),
        Column("发生", "happened_on", Kind.DAY),
        Column("登记", "recorded_at", Kind.MOMENT),
        Column("登记单位", "agency.name", width=24),
        Column("状态", listing.state_of(COMPLAINT)),
    ),
    lambda asked: service.complaints_for(asked.actor),
)
