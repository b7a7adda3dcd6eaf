"""What this room shows on other rooms' pages: 待办 and the ribbon 钱走到哪了."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.core.authz import Actor
from yikatong.core.permissions import P
from yikatong.core.slots import InboxItem, Stage
from yikatong.core.workflow import trail

from . import queries, words
from .models import BatchRoster, PaymentBatch
from .states import BATCH
from .subjects import SEALED


def waiting(actor: Actor, at: datetime) -> list[InboxItem]:
    """Sealed rosters to accept, accepted ones to assemble, batches to review, approve or mend."""
    rests = (
        {batch: queries.rest_of(batch) for batch in queries.to_renew_for(actor)} if actor.may(P.BATCH_ASSEMBLE) else {}
    )
    items = [_batch_to_renew(batch, rest) for batch, rest in rests.items()]
    if actor.may(P.ROSTER_ACCEPT):
        items += _rosters_waiting(actor, {one.roster_id for rest in rests.values() for one in rest})
    if not actor.may(P.BATCH_SEE):
        return items
    doing = {"assembled": words.DO_REVIEW, "reviewed": words.DO_APPROVE, "sent_back": words.DO_MEND}
    for batch, steps in BATCH.open_to_each(queries.batches_for(actor).filter(state__in=doing), actor):
        leading = [step for step in steps if step.primary]
        if leading:
            items.append(
                InboxItem(
                    title=words.BATCH_TITLE.format(program=batch.program.name, no=batch.no),
                    url=reverse("batches:detail", args=[batch.no]),
                    kind=words.KIND_BATCH,
                    what_to_do=doing[batch.state],
                    due_on=batch.cycle.pay_due_on,
                    count=batch.count,
                    total_fen=batch.total_fen,
                    together=f"{BATCH.name}.{leading[0].verb}",
                    key=batch.pk,
                )
            )
    return items


def _batch_to_renew(batch: PaymentBatch, rest: list[BatchRoster]) -> InboxItem:
    return InboxItem(
        title=words.BATCH_TITLE.format(program=batch.program.name, no=batch.no),
        url=reverse("batches:detail", args=[batch.no]),
        kind=words.KIND_BATCH,
        what_to_do=words.DO_RENEW,
        due_on=batch.cycle.pay_due_on,
        count=sum(one.count for one in rest),
        total_fen=sum(one.total_fen for one in rest),
    )


def _rosters_waiting(actor: Actor, renewing: set[int]) -> list[InboxItem]:
    items = []
    for one in queries.sealed_rosters_for(actor):
        if one.roster_id in renewing:
            continue
        accepted = one.acceptance_id is not None
        items.append(
            InboxItem(
                title=words.ROSTER_TITLE.format(area=one.area_name, program=one.program_name, no=one.roster_no),
                url=reverse("batches:assemble", args=[one.cycle_no])
                if accepted
                else reverse("batches:roster", args=[one.roster_id]),
                kind=words.KIND_ROSTER,
                what_to_do=words.DO_ASSEMBLE if accepted else words.DO_ACCEPT,
                due_on=one.pay_due_on,
                count=one.count,
                total_fen=one.total_fen,
                together="" if accepted else SEALED,
                key=one.roster_id,
            )
        )
    return items


def stages(subject: dict[str, Any]) -> list[Stage]:
    """The stop 部门审批 for a batch (``batch_id``) or for the batch that a roster stands in (``roster_id``)."""
    batch = _batch_of(subject)
    if batch is None:
        if "roster_id" not in subject and "batch_id" not in subject:
            return []
        return [Stage(words.STAGE_DEPARTMENT, words.STAGE_NOT_YET, "todo")]
    url = reverse("batches:detail", args=[batch.no])
    if batch.state == "approved":
        approved = [one for one in trail(BATCH, batch.pk) if one.verb == "approve"]
        by = f"{approved[-1].official.name} {approved[-1].business_at:%m-%d}" if approved else ""
        return [Stage(words.STAGE_DEPARTMENT, by, "done", url)]
    state = "fail" if batch.state in ("sent_back", "void") else "now"
    return [Stage(words.STAGE_DEPARTMENT, BATCH.state_words[batch.state], state, url)]


def _batch_of(subject: dict[str, Any]) -> PaymentBatch | None:
    batch_id = subject.get("batch_id")
    if batch_id is None and subject.get("roster_id"):
        batch_id = queries.batch_of_roster(subject["roster_id"])
    return queries.batch(batch_id) if batch_id else None
