"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from django.urls import reverse

from yikatong.core import subjects

from . import queries, words
from .states import ACCEPTANCE, BATCH

subjects.register(
    subjects.SubjectKind(
        ACCEPTANCE,
        words.KIND_ROSTER,
        queries.acceptances_for,
        title=lambda one: f"{one.roster.program.name} {one.roster.cycle.label} · 花名册 {one.roster.no}",
        url=lambda one: reverse("rosters:detail", args=[one.roster.no]),
        number_field="",
    )
)
subjects.register(
    subjects.SubjectKind(
        BATCH,
        words.KIND_BATCH,
        queries.batches_for,
        title=lambda one: words.BATCH_TITLE.format(program=one.program.name, no=one.no),
        url=lambda one: reverse("batches:detail", args=[one.no]),
    )
)
