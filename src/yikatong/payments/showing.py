"""What this room shows on other rooms' pages: 待办 and the ribbon 钱走到哪了."""

from datetime import datetime
from itertools import groupby
from typing import Any

from django.urls import reverse

from yikatong.batches import queries as batches
from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem, Stage

from . import queries, words
from .models import PaymentRequest
from .states import EXCEPTION, REFUND, REQUEST


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Batches to request, requests to verify or release, failures, refunds and answers that cannot be."""
    if not (actor.may(P.BATCH_SEE) or actor.may(P.PAID_FACTS_SEE)):
        return []
    return [
        *_batches_to_request(actor),
        *_requests_waiting(actor),
        *_stuck_waiting(actor),
        *_refunds_waiting(actor),
        *_exceptions_waiting(actor),
    ]


def _batches_to_request(actor: Actor) -> list[InboxItem]:
    return [
        InboxItem(
            title=words.FILE_TITLE.format(program=batch.program.name, no=batch.no),
            url=reverse("payments:file", args=[batch.no]),
            kind=words.KIND_REQUEST,
            what_to_do=words.DO_FILE,
            due_on=batch.cycle.pay_due_on,
            count=batch.count,
            total_fen=batch.total_fen,
        )
        for batch in queries.fileable_for(actor)
    ]


def _requests_waiting(actor: Actor) -> list[InboxItem]:
    doing = {"filed": words.DO_VERIFY, "verified": words.DO_RELEASE, "sent_back": words.DO_MEND}
    return [
        InboxItem(
            title=words.REQUEST_TITLE.format(program=one.batch.program.name, no=one.no),
            url=reverse("payments:detail", args=[one.no]),
            kind=words.KIND_REQUEST,
            what_to_do=doing[one.state],
            due_on=one.batch.cycle.pay_due_on,
            count=one.count,
            total_fen=one.total_fen,
            together=f"{REQUEST.name}.{leading[0].verb}",
            key=one.pk,
        )
        for one, steps in REQUEST.open_to_each(queries.requests_for(actor).filter(state__in=doing), actor)
        if (leading := [step for step in steps if step.primary])
    ]


def _stuck_waiting(actor: Actor) -> list[InboxItem]:
    if not actor.may(P.REQUEST_FILE):
        return []
    free = [one for one in queries.lying_for(actor) if one.free_count]
    requests = PaymentRequest.objects.select_related("batch__program").in_bulk({one.request_id for one in free})
    items = []
    for case_no, group in groupby(sorted(free, key=lambda one: one.case_no), key=lambda one: one.case_no):
        those = list(group)
        count = sum(one.free_count for one in those)
        request = requests[those[0].request_id]
        items.append(
            InboxItem(
                title=words.STUCK_TITLE.format(program=request.batch.program.name, no=case_no, count=count),
                url=reverse("payments:stuck-batch", args=[case_no]),
                kind=words.KIND_STUCK,
                what_to_do=words.DO_MEND,
                due_on=min(one.due_on for one in those),
                count=count,
                total_fen=sum(one.free_fen for one in those),
            )
        )
    return items


def _refunds_waiting(actor: Actor) -> list[InboxItem]:
    return [
        InboxItem(
            title=words.REFUND_TITLE.format(program=one.batch.program.name, no=one.no),
            url=reverse("payments:refund", args=[one.no]),
            kind=words.KIND_REFUND,
            what_to_do=words.DO_APPROVE,
            due_on=one.due_on,
            count=one.count,
            total_fen=one.total_fen,
            together=f"{REFUND.name}.approve",
            key=one.pk,
        )
        for one, steps in REFUND.open_to_each(queries.refunds_for(actor).filter(state="prepared"), actor)
        if any(step.primary for step in steps)
    ]


def _exceptions_waiting(actor: Actor) -> list[InboxItem]:
    doing = {"raised": words.DO_EXPLAIN, "explained": words.DO_RESOLVE}
    return [
        InboxItem(
            title=words.EXCEPTION_TITLE.format(no=one.request.no, kind=one.get_kind_display()),
            url=reverse("payments:exception", args=[one.pk]),
            kind=words.KIND_EXCEPTION,
            what_to_do=doing[one.state],
            total_fen=one.seen_amount_fen,
        )
        for one, steps in EXCEPTION.open_to_each(queries.open_exceptions_for(actor), actor)
        if any(step.primary for step in steps)
    ]


def stages(subject: dict[str, Any]) -> list[Stage]:
    """The stops 发放申请, 到卡 and 失败与退票 for a batch (``batch_id``), also of the batch a roster stands in."""
    batch_id = batches.batch_of_subject(subject)
    if batch_id is None:
        return []
    requests = list(PaymentRequest.objects.filter(batch_id=batch_id).exclude(state="void").order_by("id"))
    if not requests:
        return [Stage(words.STAGE_REQUEST, words.STAGE_NOT_YET, "todo"), Stage(words.STAGE_CARD, "", "todo")]
    latest = requests[-1]
    url = reverse("payments:detail", args=[latest.no])
    passed = latest.state in ("released", "closed")
    asked = "done" if passed else "fail" if latest.state == "sent_back" else "now"
    standing = queries.batch_standing(batch_id)
    arrived = "done" if latest.state == "closed" else "now" if passed else "todo"
    found = [
        Stage(words.STAGE_REQUEST, REQUEST.state_words[latest.state], asked, url),
        Stage(
            words.STAGE_CARD, words.STAGE_CREDITED.format(count=standing.credited_count) if passed else "", arrived, url
        ),
    ]
    if standing.stuck_count:
        no = latest.case_no
        note = words.STAGE_STUCK_NOTE.format(count=standing.stuck_count)
        found.append(Stage(words.STAGE_STUCK, note, "fail", reverse("payments:stuck-batch", args=[no])))
    return found
