"""What the rosters put into the inbox and into the ribbon 钱走到哪了."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse

from yikatong.catalog import queries as catalog
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem, Stage

from . import queries
from .models import Roster
from .states import FLOW, OPEN

NEXT = {
    "received": "等读完，再核对",
    "checked": "改好要改的行，再比对社保卡",
    "matched": "催办社保卡，或定稿",
    "sent_back": "按退回原因修改，再定稿",
    "asked": "指认表头",
    "refused": "换一份表，重新上传",
    "failed": "重新上传",
}


def inbox(actor: Actor, at: datetime) -> list[InboxItem]:
    """Rosters that the clerk has begun, and open cycles for which the own township has sent nothing yet (N4)."""
    posts = actor.posts_with(P.ROSTER_EDIT)
    if not posts:
        return []
    agencies = [post.agency_id for post in posts]
    rosters = list(queries.rosters_for(actor).filter(state__in=("received", *OPEN), agency_id__in=agencies))
    begun = Roster.objects.filter(agency_id__in=agencies).exclude(state="void").values("cycle_id")
    cycles = catalog.open_cycles_for(actor).filter(~Q(pk__in=begun))
    return [_begun(roster) for roster in rosters] + [_to_begin(cycle) for cycle in cycles]


def _begun(roster: Roster) -> InboxItem:
    return InboxItem(
        title=f"{roster.program.name} {roster.cycle.label} 花名册",
        url=reverse("rosters:detail", args=[roster.no]),
        kind="花名册",
        what_to_do=NEXT[FLOW.standing(roster)[0]],
        since=roster.created_at,
        due_on=roster.cycle.roster_due_on,
    )


def _to_begin(cycle: Any) -> InboxItem:
    return InboxItem(
        title=f"{cycle.program.name} {cycle.label} 申报",
        url=f"{reverse('rosters:upload')}?cycle={cycle.no}",
        kind="花名册",
        what_to_do="上传花名册",
        due_on=cycle.roster_due_on,
    )


def stages(subject: dict[str, Any]) -> list[Stage]:
    """The first two stops of a roster's ribbon: 花名册 and 比对."""
    roster_id = subject.get("roster_id")
    roster = Roster.objects.filter(pk=roster_id).first() if roster_id is not None else None
    if roster is None:
        return []
    url = reverse("rosters:detail", args=[roster.no])
    if roster.state == "completed":
        return [Stage("花名册", "已核对", "done", url), Stage("定稿", f"{roster.count} 行", "done", url)]
    if roster.state == "matched":
        return [Stage("花名册", "已核对", "done", url), Stage("定稿", "已比对", "now", url)]
    if roster.state == "sent_back":
        return [Stage("花名册", "已退回", "fail", url), Stage("定稿", "", "todo", url)]
    return [Stage("花名册", "待核对", "now", url), Stage("定稿", "", "todo", url)]
