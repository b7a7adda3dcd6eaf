"""Steps as data: one function takes a step, the same table draws the buttons and the diagram."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from . import sql
from .authz import Actor
from .models import Decision
from .permissions import PERMISSIONS, P


class Duty(StrEnum):
    """What kind of eyes a step is taken with. Four eyes: see ``core_take`` in ``sql/install``."""

    PREPARE = "prepare"
    REVIEW = "review"
    APPROVE = "approve"
    VERIFY = "verify"
    RELEASE = "release"
    NONE = "none"


class Subject(Protocol):
    """What a flow needs of a row: every flow's table has these columns."""

    pk: Any
    state: Any
    version: int
    digest: str
    case_no: str
    area_code: str
    agency_id: int


def _always(_subject: Any) -> bool:
    return True


def _as_its_state(_subject: Any) -> str:
    return ""


@dataclass(frozen=True)
class Step:
    """One row of a step table. ``guards`` are database functions ``f(subject_id) -> text`` (NULL when content).

    ``offered_for`` says whose subjects a step is drawn for at all; a guard of the database says the same. ``hint`` is what
    a reason has to say, where it is neither what was found nor what has to be mended.
    """

    verb: str
    sources: tuple[str, ...]
    target: str
    permission: P
    words: str
    duty: Duty = Duty.NONE
    own_agency: bool = True
    reason_required: bool = False
    guards: tuple[str, ...] = ()
    primary: bool = True
    offered_for: Callable[[Any], bool] = _always
    hint: str = ""


@dataclass(frozen=True)
class Flow:
    """A small workflow over the rows of one table. Only ``take`` changes ``state``.

    ``told`` answers a key of ``state_words`` for rows of which more is to be said than their state, else ''.
    """

    name: str
    table: str
    initial: str
    steps: tuple[Step, ...]
    state_words: dict[str, str] = field(default_factory=dict)
    told: Callable[[Any], str] = _as_its_state

    def standing(self, subject: Any) -> tuple[str, str]:
        """How a row stands, as (code, words) to show: its state, or what is to be said of it instead."""
        code = self.told(subject) or subject.state
        return code, self.state_words.get(code, code)

    def step(self, verb: str) -> Step:
        """The step of that name; a wrong name is a bug."""
        return next(step for step in self.steps if step.verb == verb)

    def take(
        self,
        verb: str,
        *,
        subject: Subject,
        by: Actor,
        at: datetime,
        seen_version: int,
        seen_digest: str | None = None,
        reason: str = "",
    ) -> int:
        """Take a step: the database locks, checks and writes state, Decision and audit event in one go.

        ``seen_version`` and ``seen_digest`` are what the signer's page showed. Returns the Decision's id and
        refreshes the subject's state and version. Raises Refused: YK001 no such row, YK002 somebody was quicker,
        YK003 another digest than the one seen, YK004 wrong state, YK005 not appointed, YK006 four eyes,
        YK007 a reason is needed, YK008 a guard said no (F3–F10).
        """
        decision_id: int = sql.call(
            "core_take",
            self.name,
            subject.pk,
            verb,
            by.official_id,
            at,
            seen_version,
            subject.digest if seen_digest is None else seen_digest,
            reason,
        )
        subject.state = self.step(verb).target
        subject.version = seen_version + 1
        return decision_id

    def open_to(self, subject: Subject, actor: Actor) -> list[Step]:
        """The steps this actor could take now: for drawing buttons; the database decides again."""
        taken = Decision.objects.filter(official_id=actor.official_id)
        duties = set(taken.filter(flow=self.name, subject_id=subject.pk).values_list("duty", flat=True))
        prepared = taken.filter(case_no=subject.case_no, duty=Duty.PREPARE).exists() if subject.case_no else False
        return [step for step in self.steps if self._open(step, subject, actor, duties, prepared)]

    def _open(self, step: Step, subject: Subject, actor: Actor, duties: set[str], prepared: bool) -> bool:
        if subject.state not in step.sources or not step.offered_for(subject):
            return False
        posts = [
            post
            for post in actor.posts
            if step.permission in PERMISSIONS[post.role] and subject.area_code.startswith(post.area_prefix)
        ]
        if step.own_agency:
            posts = [post for post in posts if post.agency_id == subject.agency_id]
        if step.duty is Duty.NONE:
            return bool(posts)
        other_duties = duties - {step.duty.value, Duty.NONE.value}
        return bool(posts) and not other_duties and not (prepared and step.duty is not Duty.PREPARE)

    def waits_for(self, subject: Subject) -> list[Step]:
        """The primary steps that lead on from the present state: who is next is whoever may take them."""
        return [
            step for step in self.steps if step.primary and subject.state in step.sources and step.offered_for(subject)
        ]


FLOWS: dict[str, Flow] = {}


def register(flow: Flow) -> Flow:
    """Make a flow known, so that migration writes its steps for the database to judge by."""
    FLOWS[flow.name] = flow
    return flow


def trail(flow: Flow, subject_id: int) -> list[Decision]:
    """The decisions on one subject, oldest first, with who took them."""
    return list(
        Decision.objects.filter(flow=flow.name, subject_id=subject_id).select_related("official", "appointment__agency")
    )
