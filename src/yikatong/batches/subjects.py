"""What this room's rows are called in lists that cross the rooms (已办, 关注, search)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.urls import reverse

from yikatong.core import subjects, together
from yikatong.core.authz import Actor
from yikatong.core.refusals import NotFound

from . import actions, queries, words
from .states import ACCEPTANCE, BATCH

SEALED = "sealed_roster.accept"

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
BATCHES = subjects.SubjectKind(
    BATCH,
    words.KIND_BATCH,
    queries.batches_for,
    title=lambda one: words.BATCH_TITLE.format(program=one.program.name, no=one.no),
    url=lambda one: reverse("batches:detail", args=[one.no]),
)
subjects.register(BATCHES)


def _decide(verb: str, one: Any, **signed: Any) -> None:
    actions.take(verb, batch=one, **signed)


together.register(together.of_steps(BATCHES, ("review", "send_back"), _decide))
together.register(together.of_steps(BATCHES, ("approve", "refuse"), _decide))


def _find_sealed(actor: Actor, keys: Collection[int]) -> list[together.Thing]:
    """Sealed rosters, which are no flow's rows before they are accepted."""
    found = []
    for key in keys:
        try:
            one = queries.sealed_roster_for(actor, key)
        except NotFound:
            continue
        found.append(
            together.Thing(
                key,
                words.ROSTER_TITLE.format(area=one.area_name, program=one.program_name, no=one.roster_no),
                reverse("batches:roster", args=[key]),
                0,
                one.digest,
                one.count,
                one.total_fen,
                one,
                together.GONE if one.acceptance_id else "",
            )
        )
    return found


def _accept(one: Any, *, by: Actor, at: datetime, seen_digest: str, **_unused: Any) -> None:
    actions.accept(roster=one, by=by, at=at, seen_digest=seen_digest)


together.register(
    together.Together(
        SEALED,
        ACCEPTANCE.step("accept").words,
        _find_sealed,
        (together.Way("accept", ACCEPTANCE.step("accept").words, _accept),),
    )
)
