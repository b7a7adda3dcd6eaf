"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries, service
from .states import COMPLAINT, FLOW

subjects.register(
    subjects.SubjectKind(
        FLOW,
        "对账差异",
        queries.breaks_for,
        title=lambda one: one.get_kind_display(),
        url=lambda one: reverse("banking:break", args=[one.pk]),
        number_field="",
    )
)
subjects.register(
    subjects.SubjectKind(
        COMPLAINT,
        "服务投诉",
        service.complaints_for,
        title=lambda one: f"{one.provider.name} · {one.get_kind_display()}",
        url=lambda one: reverse("banking:complaint", args=[one.pk]),
        number_field="",
    )
)
