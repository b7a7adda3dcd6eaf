"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries, words
from .states import ALLOTMENT, DRAWDOWN, PLAN

subjects.register(
    subjects.SubjectKind(
        ALLOTMENT,
        words.KIND_ALLOTMENT,
        queries.allotments_for,
        title=lambda one: words.ALLOTMENT_TITLE.format(program=one.program.name, document_no=one.document_no),
        url=lambda one: reverse("funding:allotment", args=[one.pk]),
        number_field="document_no",
    )
)
subjects.register(
    subjects.SubjectKind(
        PLAN,
        words.KIND_PLAN,
        queries.plans_for,
        title=lambda one: words.PLAN_TITLE.format(program=one.batch.program.name, no=one.batch.no),
        url=lambda one: reverse("funding:plan", args=[one.pk]),
        number_field="",
    )
)
subjects.register(
    subjects.SubjectKind(
        DRAWDOWN,
        "拨付",
        queries.drawdowns_for,
        title=lambda one: words.PLAN_TITLE.format(program=one.cash_plan.batch.program.name, no=one.cash_plan.batch.no),
        url=lambda one: reverse("funding:plan", args=[one.cash_plan_id]),
        number_field="voucher_no",
    )
)
