"""What the notices put into the inbox and into the ribbon 钱走到哪了."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem, Stage
from yikatong.rosters import queries as rosters

from . import queries
from .models import PublicNotice


def inbox(actor: Actor, at: datetime) -> list[InboxItem]:
    """Completed rosters to post, notices without proof, ended notices to seal, objections to decide."""
    items: list[InboxItem] = []
    if actor.may(P.NOTICE_POST):
        items += [_to_post(roster) for roster in queries.waiting_rosters_for(actor)]
    if actor.may(P.NOTICE_PROVE) or actor.may(P.NOTICE_SEAL):
        posted = queries.notices_for(actor).filter(state="posted").prefetch_related("proofs")
        items += [item for notice in posted if (item := _of_notice(notice, actor, at))]
    if actor.may(P.OBJECTION_DECIDE):
        items += [_to_decide(one) for one in queries.objections_for(actor).filter(state="raised")]
    return items


def _to_post(roster: Any) -> InboxItem:
    return InboxItem(
        title=f"{roster.program.name} {roster.cycle.label} 花名册已定稿",
        url=reverse("notices:prepare", args=[roster.no]),
        kind="公示",
        what_to_do="张贴公示",
        due_on=roster.cycle.roster_due_on,
        count=roster.count,
        total_fen=roster.total_fen,
    )


def _of_notice(notice: PublicNotice, actor: Actor, at: datetime) -> InboxItem | None:
    ended = at.date() > notice.until_on
    own_proofs = [proof for proof in notice.proofs.all() if proof.added_by_id == actor.official_id]
    if actor.may(P.NOTICE_SEAL):
        what = "公示期满，核对后盖章" if ended and notice.proofs.all() else ""
    else:
        what = "" if own_proofs else "张贴后上传照片"
    if not what:
        return None
    return InboxItem(
        title=f"{notice.roster.program.name} {notice.roster.cycle.label} 公示",
        url=reverse("notices:detail", args=[notice.pk]),
        kind="公示",
        what_to_do=what,
        due_on=notice.until_on if not ended else notice.roster.cycle.roster_due_on,
        count=notice.count,
        total_fen=notice.total_fen,
    )


def _to_decide(objection: Any) -> InboxItem:
    return InboxItem(
        title=f"{objection.roster.program.name}有一行异议待核实",
        url=reverse("notices:objection", args=[objection.pk]),
        kind="异议",
        what_to_do="核实后写明结论",
        since=objection.raised_at,
        due_on=objection.notice.until_on,
        count=1,
        total_fen=objection.line.amount_fen,
    )


def stages(subject: dict[str, Any]) -> list[Stage]:
    """The stop 公示 of a roster's ribbon."""
    roster_id = subject.get("roster_id")
    if roster_id is None:
        return []
    notice = PublicNotice.objects.filter(roster_id=roster_id).first()
    if notice is None or notice.state == "withdrawn":
        roster = rosters.completed(roster_id)
        url = reverse("notices:prepare", args=[roster.no]) if roster else ""
        return [Stage("公示", "待张贴" if roster else "", "now" if roster else "todo", url)]
    url = reverse("notices:detail", args=[notice.pk])
    if notice.state == "sealed":
        return [Stage("公示", "已盖章上报", "done", url)]
    return [Stage("公示", f"到 {notice.until_on:%m-%d}", "now", url)]
