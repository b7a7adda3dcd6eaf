"""Steps as data: one function takes a step, the same table draws the buttons and the diagram."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar

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


Row = TypeVar("Row", bound=Subject)


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
        ((_, steps),) = self.open_to_each([subject], actor)
        return steps

    def open_to_each(self, subjects: Iterable[Row], actor: Actor) -> list[tuple[Row, list[Step]]]:
        """Rows, each with the steps this actor could take now; what the actor did with them is looked up for all at once."""
        offered = [(one, [step for step in self.steps if _offers(step, one, actor)]) for one in subjects]
        judged = [one for one, steps in offered if any(step.duty is not Duty.NONE for step in steps)]
        duties, prepared = self._taken(judged, actor) if judged else (set(), set())
        return [
            (one, [step for step in steps if _is_free(step, one, duties, one.case_no in prepared)])
            for one, steps in offered
        ]

    def _taken(self, subjects: Sequence[Subject], actor: Actor) -> tuple[set[tuple[Any, str]], set[str]]:
        """The actor's duties, as (row, duty), and the cases they prepared."""
        taken = Decision.objects.filter(official_id=actor.official_id)
        rows = taken.filter(flow=self.name, subject_id__in=[one.pk for one in subjects])
        cases = {one.case_no for one in subjects if one.case_no}
        prepared = taken.filter(case_no__in=cases, duty=Duty.PREPARE).values_list("case_no", flat=True)
        return set(rows.values_list("subject_id", "duty")), set(prepared)

    def waits_for(self, subject: Subject) -> list[Step]:
        """The primary steps that lead on from the present state: who is next is whoever may take them."""
        return [
            step for step in self.steps if step.primary and subject.state in step.sources and step.offered_for(subject)
        ]


def _offers(step: Step, subject: Subject, actor: Actor) -> bool:
    """Whether a step leads on from here and the actor holds a post for it."""
    if subject.state not in step.sources or not step.offered_for(subject):
        return False
    return any(
        step.permission in PERMISSIONS[post.role]
        and subject.area_code.startswith(post.area_prefix)
        and (not step.own_agency or post.agency_id == subject.agency_id)
        for post in actor.posts
    )


def _is_free(step: Step, subject: Subject, duties: set[tuple[Any, str]], prepared: bool) -> bool:
    """Whether what the actor did with the row and its case leaves them free to take a step."""
    if step.duty is Duty.NONE:
        return True
    other = any((subject.pk, duty.value) in duties for duty in Duty if duty not in (step.duty, Duty.NONE))
    return not other and not (prepared and step.duty is not Duty.PREPARE)


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
