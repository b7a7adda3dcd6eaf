"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from typing import Any

from django.urls import reverse

from yikatong.core import subjects, together

from . import actions, queries, words
from .states import ALLOTMENT, DRAWDOWN, PLAN

ALLOTMENTS = subjects.SubjectKind(
    ALLOTMENT,
    words.KIND_ALLOTMENT,
    queries.allotments_for,
    title=lambda one: words.ALLOTMENT_TITLE.format(program=one.program.name, document_no=one.document_no),
    url=lambda one: reverse("funding:allotment", args=[one.pk]),
    number_field="document_no",
)
PLANS = subjects.SubjectKind(
    PLAN,
    words.KIND_PLAN,
    queries.plans_for,
    title=lambda one: words.PLAN_TITLE.format(program=one.batch.program.name, no=one.batch.no),
    url=lambda one: reverse("funding:plan", args=[one.pk]),
    number_field="",
)
subjects.register(ALLOTMENTS)
subjects.register(PLANS)
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


def _decide_plan(verb: str, one: Any, **signed: Any) -> None:
    actions.decide_plan(verb, plan=one, **signed)


def _decide_allotment(verb: str, one: Any, **signed: Any) -> None:
    actions.decide_allotment(verb, allotment=one, **signed)


for verbs in (("verify", "send_back"), ("approve", "refuse")):
    together.register(
        together.of_steps(
            PLANS, verbs, _decide_plan, count=lambda one: one.batch.count, total_fen=lambda one: one.declared_fen
        )
    )
together.register(
    together.of_steps(
        ALLOTMENTS,
        ("confirm", "send_back"),
        _decide_allotment,
        count=lambda _one: None,
        total_fen=lambda one: one.amount_fen,
    )
)
