"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries
from .states import FLOW, OBJECTION_FLOW

subjects.register(
    subjects.SubjectKind(
        FLOW,
        "公示",
        queries.notices_for,
        title=lambda one: f"{one.roster.program.name} {one.roster.cycle.label} 公示",
        url=lambda one: reverse("notices:detail", args=[one.pk]),
        number_field="",
    )
)
subjects.register(
    subjects.SubjectKind(
        OBJECTION_FLOW,
        "异议",
        queries.objections_for,
        title=lambda one: f"{one.roster.program.name}的一行异议",
        url=lambda one: reverse("notices:objection", args=[one.pk]),
        number_field="",
    )
)
