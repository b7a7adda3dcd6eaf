"""What of banking waits for an actor."""

from datetime import datetime

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem

from . import queries
from .states import FLOW

STUCK = ("unknown", "refused")
SIGN_BREAKS = (P.BANK_EXCHANGE, P.REQUEST_VERIFY, P.DRAWDOWN_MAKE, P.REQUEST_FILE)


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Instructions that could not be built or whose fate is open, and differences that this actor could sign."""
    items: list[InboxItem] = []
    if actor.may(P.BANK_EXCHANGE):
        items += [_unsealed(row) for row in queries.unsealed_requests_for(actor)]
        items += [
            InboxItem(
                title=one.message_id,
                url=reverse("banking:instruction", args=[one.message_id]),
                kind="代发指令",
                what_to_do="查实银行收到没有" if one.stands == "unknown" else "核实银行为什么拒收",
                since=one.stands_since,
                count=one.count,
                total_fen=one.total_fen,
            )
            for one in queries.instructions_for(actor).filter(stands__in=STUCK, request__state="released")
        ]
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
            for one in queries.breaks_for(actor).filter(state__in=("raised", "explained"))
            if (steps := FLOW.open_to(one, actor))
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
