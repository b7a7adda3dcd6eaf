"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries
from .states import FLOW

subjects.register(
    subjects.SubjectKind(
        FLOW,
        "花名册",
        queries.rosters_for,
        title=lambda one: f"{one.program.name} {one.cycle.label} · {one.agency.name}",
        url=lambda one: reverse("rosters:detail", args=[one.no]),
    )
)
