"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries, words
from .states import EXCEPTION, REFUND, REQUEST

subjects.register(
    subjects.SubjectKind(
        REQUEST,
        words.KIND_REQUEST,
        queries.requests_for,
        title=lambda one: words.REQUEST_TITLE.format(program=one.batch.program.name, no=one.no),
        url=lambda one: reverse("payments:detail", args=[one.no]),
    )
)
subjects.register(
    subjects.SubjectKind(
        REFUND,
        words.KIND_REFUND,
        queries.refunds_for,
        title=lambda one: words.REFUND_TITLE.format(program=one.batch.program.name, no=one.no),
        url=lambda one: reverse("payments:refund", args=[one.no]),
    )
)
subjects.register(
    subjects.SubjectKind(
        EXCEPTION,
        words.KIND_EXCEPTION,
        queries.exceptions_for,
        title=lambda one: words.EXCEPTION_TITLE.format(no=one.request.no, kind=one.get_kind_display()),
        url=lambda one: reverse("payments:exception", args=[one.pk]),
        number_field="",
    )
)
