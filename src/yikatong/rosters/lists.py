"""What the lists of the roster pages hold in Excel."""

from typing import Any

from yikatong.core import listing
from yikatong.core.listing import Asked, Column, Rows, Stream, Table
from yikatong.core.refusals import NotFound
from yikatong.kit.workbooks import Kind

from . import comparing, queries, words
from .models import LineMatch
from .states import FLOW

_RESULTS = dict(LineMatch.Result.choices)


def _completed(name: str) -> Any:
    return lambda roster: getattr(roster, name) if roster.state == "completed" else None


ROSTERS = Table(
    "花名册",
    (
        Column("编号", "no", width=24),
        Column("补贴项目", "program.name", width=28),
        Column("周期", "cycle.label"),
        Column("单位", "agency.name", width=24),
        Column("状态", listing.state_of(FLOW)),
        Column("定稿行数", _completed("count"), Kind.COUNT),
        Column("定稿金额（元）", _completed("total_fen"), Kind.YUAN),
        Column("报送期限", "cycle.roster_due_on", Kind.DAY),
    ),
    lambda asked: queries.rosters_for(asked.actor),
)


def roster_told(asked: Asked) -> list[tuple[str, str]]:
    """Which roster it is."""
    one = queries.roster_for(asked.actor, asked.path["no"])
    return [("花名册", one.no), ("补贴项目", f"{one.program.name} {one.cycle.label}"), ("单位", one.agency.name)]


def _payable(asked: Asked) -> Stream:
    roster = queries.roster_for(asked.actor, asked.path["no"])
    return listing.statement("rosters/payable_lines", roster=roster.pk)


PAYABLE = Table(
    "可以发放的行",
    (
        Column("姓名", "name"),
        Column("村", "village"),
        Column("组", "group_no", width=8),
        Column("收款人", "payee_name"),
        Column("收款人是户主", lambda line: "是" if line["payee_is_other"] else ""),
        Column("开户银行", "bank_name", width=28),
        Column("卡尾号", "tail"),
        Column("数量", "quantity", Kind.QUANTITY),
        Column("标准（元）", "rate_fen", Kind.YUAN, adds_up=False),
        Column("金额（元）", "amount_fen", Kind.YUAN),
    ),
    _payable,
)


def _chased(asked: Asked) -> Stream:
    roster = queries.roster_for(asked.actor, asked.path["no"])
    return listing.statement("rosters/chase_list", roster=roster.pk)


CHASED = Table(
    "催办名单",
    (
        Column("村", "village"),
        Column("组", "group_no", width=8),
        Column("花名册行号", "row_no", Kind.COUNT, adds_up=False),
        Column("姓名", "name"),
        Column("身份证号", "id_masked", width=22, on_paper=False),
        Column("收款人", "payee_name"),
        Column("收款人身份证号", "payee_id_masked", width=22),
        Column("电话", "payee_mobile_masked"),
        Column("原因", lambda line: _RESULTS[line["result"]], width=18),
        Column("金额（元）", "amount_fen", Kind.YUAN),
    ),
    _chased,
)


def difference_kind(asked: Asked) -> str:
    """The kind of difference that the page was narrowed to, '' for all."""
    kind = asked.query.get("kind", "")
    return kind if kind in words.DIFFERENCES else ""


def _changed(asked: Asked) -> Rows:
    roster = queries.roster_for(asked.actor, asked.path["no"])
    previous = comparing.previous_of(roster)
    if previous is None:
        raise NotFound
    return listing.statement(
        "rosters/difference_lines", before=previous.pk, after=roster.pk, kind=difference_kind(asked)
    )


CHANGED = Table(
    "与上期的差异",
    (
        Column("姓名", "name"),
        Column("村", "village"),
        Column("组", "group_no", width=8),
        Column("变化", lambda one: words.DIFFERENCES[one["kind"]], width=20),
        Column("也换了卡", lambda one: "是" if one["card_changed"] and one["kind"] != "card" else ""),
        Column("上期数量", "before_quantity", Kind.QUANTITY),
        Column("这期数量", "after_quantity", Kind.QUANTITY),
        Column("上期金额（元）", "before_fen", Kind.YUAN),
        Column("这期金额（元）", "after_fen", Kind.YUAN),
    ),
    _changed,
)


def changed_filters(asked: Asked) -> list[tuple[str, str]]:
    """How 与上期的差异 was narrowed."""
    kind = difference_kind(asked)
    return [*roster_told(asked), *([("变化", words.DIFFERENCES[kind])] if kind else [])]
