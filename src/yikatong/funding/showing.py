"""What this room shows on other rooms' pages: 待办 and two stops of the ribbon 钱走到哪了."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem, Stage

from . import queries, words
from .models import CashPlan
from .states import ALLOTMENT, PLAN


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Approved batches to apply for, plans to verify, approve or draw, allotments to confirm."""
    items: list[InboxItem] = []
    if actor.may(P.PLAN_APPLY):
        items += [
            _item(batch, reverse("funding:apply", args=[batch.no]), words.DO_APPLY)
            for batch in queries.batches_without_plan(actor)
        ]
    if actor.may(P.PLAN_VERIFY) or actor.may(P.PLAN_APPROVE):
        doing = {"applied": words.DO_VERIFY, "verified": words.DO_APPROVE}
        items += [
            _plan_item(plan, doing[plan.state], f"{PLAN.name}.{leading[0].verb}")
            for plan, steps in PLAN.open_to_each(queries.plans_for(actor).filter(state__in=doing), actor)
            if (leading := [step for step in steps if step.primary])
        ]
    if actor.may(P.DRAWDOWN_MAKE):
        items += [_plan_item(plan, words.DO_DRAW) for plan in queries.undrawn_for(actor)]
    if actor.may(P.ALLOTMENT_CONFIRM):
        items += _allotments(actor)
    return items


def _plan_item(plan: CashPlan, what_to_do: str, together: str = "") -> InboxItem:
    url = reverse("funding:plan", args=[plan.pk])
    return replace(_item(plan.batch, url, what_to_do), together=together, key=plan.pk)


def _item(batch: Any, url: str, what_to_do: str) -> InboxItem:
    return InboxItem(
        title=words.PLAN_TITLE.format(program=batch.program.name, no=batch.no),
        url=url,
        kind=words.KIND_PLAN,
        what_to_do=what_to_do,
        due_on=batch.cycle.pay_due_on,
        count=batch.count,
        total_fen=batch.total_fen,
    )


def _allotments(actor: Actor) -> list[InboxItem]:
    return [
        InboxItem(
            title=words.ALLOTMENT_TITLE.format(program=one.program.name, document_no=one.document_no),
            url=reverse("funding:allotment", args=[one.pk]),
            kind=words.KIND_ALLOTMENT,
            what_to_do=words.DO_CONFIRM,
            total_fen=one.amount_fen,
            together=f"{ALLOTMENT.name}.confirm",
            key=one.pk,
        )
        for one, steps in ALLOTMENT.open_to_each(queries.allotments_for(actor).filter(state="recorded"), actor)
        if steps
    ]


def stages(subject: dict[str, Any]) -> list[Stage]:
    """The stops 财政审批 and 拨到零余额账户 of a batch (``batch_id``), also of the batch a roster stands in."""
    batch_id = subject.get("batch_id") or queries.batch_of_roster(subject.get("roster_id"))
    if batch_id is None:
        if "roster_id" not in subject:
            return []
        return [Stage(words.STAGE_FINANCE, "", "todo"), Stage(words.STAGE_DRAWDOWN, "", "todo")]
    plan = queries.latest_plan(batch_id)
    if plan is None:
        return [
            Stage(words.STAGE_FINANCE, words.STAGE_NOT_APPLIED, "todo"),
            Stage(words.STAGE_DRAWDOWN, words.STAGE_WAITING, "todo"),
        ]
    url = reverse("funding:plan", args=[plan.pk])
    state = {"approved": "done", "sent_back": "fail"}.get(plan.state, "now")
    return [Stage(words.STAGE_FINANCE, PLAN.state_words[plan.state], state, url), _drawn(plan, url)]


def _drawn(plan: CashPlan, url: str) -> Stage:
    drawdown = queries.drawdown_of(plan.batch_id)
    if drawdown is not None:
        return Stage(words.STAGE_DRAWDOWN, words.STAGE_DRAWN, "done", url)
    if plan.state == "approved":
        return Stage(words.STAGE_DRAWDOWN, words.STAGE_TO_DRAW, "now", url)
    return Stage(words.STAGE_DRAWDOWN, words.STAGE_WAITING, "todo")
