"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from typing import Any

from django.urls import reverse

from yikatong.core import subjects, together

from . import actions, queries
from .states import FLOW

CHANGES = subjects.SubjectKind(
    FLOW,
    "发放卡变更",
    queries.changes_for,
    title=lambda one: f"{one.person.name} 改发到尾号 {one.card.tail}",
    url=lambda one: reverse("registry:change", args=[one.pk]),
    number_field="",
)
subjects.register(CHANGES)


def _decide(verb: str, one: Any, **signed: Any) -> None:
    actions.decide_card_change(change=one, verb=verb, **signed)


together.register(
    together.of_steps(CHANGES, ("approve", "send_back"), _decide, count=lambda _one: 1, total_fen=lambda _one: None)
)
