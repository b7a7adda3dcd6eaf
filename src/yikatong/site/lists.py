"""What the lists of an official's own desk, the trail, the officials and the book hold in Excel."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Table
from yikatong.core.models import Decision
from yikatong.kit.workbooks import Kind

from . import desk, queries


def _inbox(asked: Asked) -> Rows:
    kept = asked.query
    found = desk.inbox(
        asked.actor, asked.at, kind=kept.get("kind", ""), due=kept.get("due", ""), text=kept.get("q", "").strip()[:60]
    )
    return desk.handed(found.items)


def inbox_filters(asked: Asked) -> list[tuple[str, str]]:
    """How 待办 was narrowed."""
    due = dict(desk.DEADLINES).get(asked.query.get("due", ""), "")
    told = [("类别", asked.query.get("kind", "")), ("时限", due), ("事项里有", asked.query.get("q", "").strip())]
    return [one for one in told if one[1]]


INBOX = Table(
    "待办",
    (
        Column("事项", "item.title", width=60),
        Column("类别", "item.kind"),
        Column("怎么办", "item.what_to_do", width=20),
        Column("谁交来的", "handed_by", width=30),
        Column("自", "since", Kind.MOMENT),
        Column("笔数", "item.count", Kind.COUNT),
        Column("金额（元）", "item.total_fen", Kind.YUAN),
        Column("时限", "item.due_on", Kind.DAY),
    ),
    _inbox,
)

_SUBJECTS = (
    Column("事项", "shown.title", width=60),
    Column("类别", "shown.kind.words"),
    Column("谁办的", "decision.who", width=40),
    Column("办了什么", "decision.words", width=20),
    Column("时间", "decision.at", Kind.MOMENT),
    Column("理由", "decision.reason", width=40),
    Column("现在", lambda row: row.shown.kind.flow.standing(row.shown.subject)[1]),
    Column("等谁", "waiting", width=50),
)


def _decided(asked: Asked, found: QuerySet[Decision]) -> Rows:
    return listing.told_by(found, lambda part: desk.told(asked.actor, part))


DONE = Table("已办", _SUBJECTS, lambda asked: _decided(asked, desk.done(asked.actor)))
BEGUN = Table("我发起的", _SUBJECTS, lambda asked: _decided(asked, desk.begun(asked.actor)))
WATCHED = Table("关注", _SUBJECTS, lambda asked: desk.watched(asked.actor))

TASKS = Table(
    "后台任务",
    (
        Column("事项", "title", width=60),
        Column("状态", "get_state_display"),
        Column("已办", "done_count", Kind.COUNT),
        Column("共", "total_count", Kind.COUNT),
        Column("开始", "queued_at", Kind.MOMENT),
        Column("结束", "ended_at", Kind.MOMENT),
        Column("结果", "message", width=60),
    ),
    lambda asked: queries.tasks_for(asked.actor),
)


def _subject(asked: Asked) -> str:
    return asked.query.get("subject", "").strip()


def trail_filters(asked: Asked) -> list[tuple[str, str]]:
    """How 操作留痕 was narrowed."""
    return [("业务编号", _subject(asked))] if _subject(asked) else []


TRAIL = Table(
    "操作留痕",
    (
        Column("序号", "event.pk", Kind.COUNT),
        Column("记录时间", "event.recorded_at", Kind.MOMENT),
        Column("谁", "who"),
        Column("做了什么", "words", width=20),
        Column("事件", "event.name", width=28),
        Column("什么事", "title", width=40),
        Column("业务编号", "event.subject", width=28),
        Column("封存", lambda one: "已封存" if getattr(one.event, "seal", None) else "待封存"),
        Column("细节", "detail", width=80),
    ),
    lambda asked: listing.told_by(
        queries.audit_events_for(asked.actor, _subject(asked)), partial(queries.told, asked.actor)
    ),
)

OFFICIALS = Table(
    "组织与任职",
    (
        Column("姓名", "appointment.official.name"),
        Column("用户名", "appointment.official.username", width=20),
        Column("单位", "appointment.agency.name", width=24),
        Column("岗位", "role", width=20),
        Column("管辖区域", "appointment.area.name"),
        Column("自", "appointment.valid_from", Kind.DAY),
        Column("至", "appointment.valid_to", Kind.DAY),
        Column("状态", lambda one: "在任" if one.in_force else "不在任"),
    ),
    lambda asked: queries.appointments_for(asked.actor, asked.at.date()),
)

_PLACES: Any = (
    ("下达", "allotted_fen"),
    *((words, name) for words, name, _ in queries.PLACES),
    ("各处合计", "placed_fen"),
)

BOOK = Table(
    "资金账",
    (
        Column("批次", lambda line: line.case_no or "未用指标", width=24),
        Column("项目", "program_code"),
        Column("年度", lambda line: str(line.fiscal_year)),
        Column("区划", "county_code"),
        *(Column(f"{words}（元）", name, Kind.YUAN) for words, name in _PLACES),
    ),
    lambda asked: queries.book_for(asked.actor)[0],
)
