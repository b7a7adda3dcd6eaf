"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import hand_queries, queries, service
from .states import CLEARANCE, COMPLAINT, FLOW, UPLOAD

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
subjects.register(
    subjects.SubjectKind(
        CLEARANCE,
        "人工查清",
        hand_queries.clearances_for,
        title=lambda one: str(one.instruction.message_id),
        url=lambda one: reverse("banking:clearance", args=[one.pk]),
        number_field="",
    )
)
subjects.register(
    subjects.SubjectKind(
        UPLOAD,
        "手工对账单",
        hand_queries.uploads_for,
        title=lambda one: str(one.file.name),
        url=lambda one: reverse("banking:upload", args=[one.pk]),
        number_field="",
    )
)
