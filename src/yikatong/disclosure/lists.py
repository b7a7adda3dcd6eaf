"""What the lists of paid facts hold in Excel; names are masked where the pages mask them."""

from typing import Any

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.kit.workbooks import Kind

from . import queries
from .models import PaidNotice


def _with_messages(notices: list[PaidNotice]) -> list[dict[str, Any]]:
    counts = queries.deliveries([one.pk for one in notices])
    return [{"notice": one, "sms": counts[one.pk]} for one in notices]


PAID = Table(
    "实际发放情况",
    (
        Column("发放申请", "notice.request.no", width=24),
        Column("补贴项目", "notice.request.batch.program.name", width=28),
        Column("主管部门", "notice.agency.name", width=24),
        Column("到账笔数", "notice.count", Kind.COUNT),
        Column("到账金额（元）", "notice.total_fen", Kind.YUAN),
        Column("最早到账", "notice.paid_from", Kind.DAY),
        Column("最晚到账", "notice.paid_to", Kind.DAY),
        Column("再公示最迟", "notice.due_on", Kind.DAY),
        Column("短信", "sms.message_count", Kind.COUNT),
        Column("已发短信", "sms.written_count", Kind.COUNT),
        Column("没有手机号", "sms.no_mobile_count", Kind.COUNT),
    ),
    lambda asked: listing.told_by(queries.notices_for(asked.actor), _with_messages),
)


def _notice(asked: Asked) -> PaidNotice:
    return queries.notice_for(asked.actor, asked.path["no"])


def notice_told(asked: Asked) -> list[tuple[str, str]]:
    """Which payment it is."""
    one = _notice(asked)
    return [("发放申请", one.request.no), ("补贴项目", one.request.batch.program.name), ("主管部门", one.agency.name)]


def village_told(asked: Asked) -> list[tuple[str, str]]:
    """Which payment in which village it is."""
    found = queries.village_totals(_notice(asked))
    names = [
        f"{one.township_name} {one.village_name}" for one in found if one.village_code == asked.path["village_code"]
    ]
    return [*notice_told(asked), *(("村", name) for name in names)]


def notice_digest(asked: Asked) -> str:
    """What the paid facts were recorded by."""
    return _notice(asked).digest


VILLAGES = Table(
    "各村实际到账",
    (
        Column("乡镇", "township_name", width=20),
        Column("村", "village_name", width=20),
        Column("到账笔数", "count", Kind.COUNT),
        Column("到账金额（元）", "total_fen", Kind.YUAN),
        Column("退票笔数", "returned_count", Kind.COUNT),
        Column("其中已追回（元）", "recovered_fen", Kind.YUAN, is_total=False),
    ),
    lambda asked: queries.village_totals(_notice(asked)),
)

VILLAGE_LINES = Table(
    "到账名单",
    (
        Column("姓名", "masked_name"),
        Column("组", "group_no", width=8),
        Column("到账金额（元）", "amount_fen", Kind.YUAN),
        Column("其中已追回（元）", "recovered_fen", Kind.YUAN, is_total=False),
        Column("到账日期", "booked_on", Kind.DAY),
    ),
    lambda asked: queries.village_lines(_notice(asked), asked.path["village_code"]),
)


def _verified(name: str) -> Any:
    return lambda row: getattr(row[1], name) if row[1] is not None else None


def _verdict(row: Any) -> str:
    return "还没有验证" if row[1] is None else "四方一致" if row[1].agrees else "不一致"


VERIFIED = Table(
    "双向验证",
    (
        Column("发放申请", lambda row: row[0].request.no, width=24),
        Column("主管部门", lambda row: row[0].agency.name, width=24),
        Column("公示笔数", _verified("published_count"), Kind.COUNT),
        Column("公示（元）", lambda row: row[1].published_fen if row[1] else row[0].total_fen, Kind.YUAN),
        Column("资金账（元）", _verified("posted_fen"), Kind.YUAN),
        Column("银行回盘笔数", _verified("reported_count"), Kind.COUNT),
        Column("银行回盘（元）", _verified("reported_fen"), Kind.YUAN),
        Column("银行对账单笔数", _verified("booked_count"), Kind.COUNT),
        Column("银行对账单（元）", _verified("booked_fen"), Kind.YUAN),
        Column("公示未付", _verified("unbooked_count"), Kind.COUNT),
        Column("已付未公示", _verified("unpublished_count"), Kind.COUNT),
        Column("结果", _verdict),
        Column("验证时间", _verified("verified_at"), Kind.MOMENT),
    ),
    lambda asked: queries.verifications_for(asked.actor),
)


def _messages(asked: Asked) -> Rows:
    return queries.messages_for(asked.actor, _notice(asked))


def _delivered(message: Any) -> str:
    delivery = getattr(message, "delivery", None)
    return delivery.get_result_display() if delivery else "待发"


MESSAGES = Table(
    "到账短信",
    (
        Column("收件人", "person.name"),
        Column("手机", "person.mobile_masked"),
        Column("内容", "text", width=80),
        Column("结果", _delivered),
    ),
    _messages,
)
