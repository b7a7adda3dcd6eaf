"""What this room shows on other rooms' pages, and what it does when a request closes."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.batches import queries as batches
from yikatong.core.authz import Actor
from yikatong.core.slots import Stage

from . import actions, queries, words


def on_closed(*, request_id: int, by: Actor, at: datetime) -> None:
    """A payment request was closed against the bank's statement: record what was really paid."""
    actions.record_paid(request_id=request_id, by=by, at=at)


def stages(subject: dict[str, Any]) -> list[Stage]:
    """The stop 再公示 for a batch (``batch_id``, or a roster's), once there are paid facts."""
    batch_id = batches.batch_of_subject(subject)
    notice = queries.notice_of_batch(batch_id) if batch_id else None
    if notice is None:
        return []
    note = words.STAGE_PAID_NOTE.format(day=f"{notice.due_on:%m-%d}")
    return [Stage(words.STAGE_PAID, note, "now", reverse("disclosure:detail", args=[notice.request.no]))]
