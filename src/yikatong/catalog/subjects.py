"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries
from .states import CYCLE_FLOW, LIST_FLOW

subjects.register(
    subjects.SubjectKind(
        LIST_FLOW,
        "补贴政策清单",
        queries.lists_for,
        title=lambda one: str(one.title),
        url=lambda one: reverse("catalog:list", args=[one.no]),
    )
)
subjects.register(
    subjects.SubjectKind(
        CYCLE_FLOW,
        "发放周期",
        queries.cycles_for,
        title=lambda one: f"{one.program.name} {one.label}",
        url=lambda one: reverse("catalog:cycle", args=[one.no]),
    )
)
