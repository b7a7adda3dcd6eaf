"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries
from .states import FLOW

subjects.register(
    subjects.SubjectKind(
        FLOW,
        "发放卡变更",
        queries.changes_for,
        title=lambda one: f"{one.person.name} 改发到尾号 {one.card.tail}",
        url=lambda one: reverse("registry:change", args=[one.pk]),
        number_field="",
    )
)
