"""What of banking waits for an actor."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.clock import SHANGHAI
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem

from . import hand_queries, overdue, queries
from .states import FLOW

STUCK = ("unknown", "refused")
SIGN_BREAKS = (P.BANK_EXCHANGE, P.REQUEST_VERIFY, P.DRAWDOWN_MAKE, P.REQUEST_FILE)


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Instructions that could not be built or whose fate is open, lines without an answer, what a second person is
    needed for, and differences that this actor could sign."""
    items: list[InboxItem] = []
    if actor.may(P.BANK_EXCHANGE):
        items += [_unsealed(row) for row in queries.unsealed_requests_for(actor)]
        items += [
            _stuck(one) for one in queries.instructions_for(actor).filter(stands__in=STUCK, request__state="released")
        ]
        items += [_overdue(row) for row in overdue.overdue_for(actor, at)]
    if actor.may(P.CLEARANCE_APPROVE):
        items += [_clearance(one) for one in hand_queries.clearances_for(actor).filter(state="prepared")]
    if actor.may(P.STATEMENT_CONFIRM):
        items += [_upload(one) for one in hand_queries.uploads_for(actor).filter(state="uploaded")]
    if any(map(actor.may, SIGN_BREAKS)):
        items += [
            InboxItem(
                title=one.get_kind_display(),
                url=reverse("banking:break", args=[one.pk]),
                kind="对账差异",
                what_to_do=steps[0].words,
                since=one.found_at,
                count=one.count,
                total_fen=abs(one.found_fen - one.expected_fen),
            )
            for one, steps in FLOW.open_to_each(
                queries.breaks_for(actor).filter(state__in=("raised", "explained")), actor
            )
            if steps
        ]
    return items


def _unsealed(row: dict[str, object]) -> InboxItem:
    return InboxItem(
        title=str(row["no"]),
        url=reverse("banking:instructions"),
        kind="代发指令",
        what_to_do="重新生成指令",
        count=int(str(row["count"])),
        total_fen=int(str(row["total_fen"])),
    )


def _stuck(one: Any) -> InboxItem:
    return InboxItem(
        title=one.message_id,
        url=reverse("banking:instruction", args=[one.message_id]),
        kind="代发指令",
        what_to_do="查实银行收到没有" if one.stands == "unknown" else "核实银行为什么拒收",
        since=one.stands_since,
        count=one.count,
        total_fen=one.total_fen,
    )


def _overdue(row: dict[str, Any]) -> InboxItem:
    return InboxItem(
        title=str(row["message_id"]),
        url=reverse("banking:instruction", args=[row["message_id"]]),
        kind="银行没有答复",
        what_to_do="向银行催要结果",
        due_on=row["due_at"].astimezone(SHANGHAI).date(),
        count=row["line_count"],
        total_fen=row["line_fen"],
    )


def _clearance(one: Any) -> InboxItem:
    return InboxItem(
        title=one.instruction.message_id,
        url=reverse("banking:clearance", args=[one.pk]),
        kind="人工查清",
        what_to_do="审批查实的结果",
        since=one.prepared_at,
        count=one.instruction.count,
        total_fen=one.instruction.total_fen,
    )


def _upload(one: Any) -> InboxItem:
    return InboxItem(
        title=one.file.name,
        url=reverse("banking:upload", args=[one.pk]),
        kind="手工对账单",
        what_to_do="看差异，确认能不能用",
        since=one.uploaded_at,
    )
