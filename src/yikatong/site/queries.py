"""Reads of the site's own pages."""

import json
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from yikatong.core import subjects
from yikatong.core.authz import Actor
from yikatong.core.models import Appointment, AuditEvent, Official, TaskRun
from yikatong.core.permissions import WORDS, P, Role
from yikatong.core.refusals import NotFound
from yikatong.ledger import queries as ledger
from yikatong.ledger.queries import Proof

from .event_words import event_words
from .showing.figures import masked_numbers

PLACES = (
    ("可用指标", "available_fen", "muted"),
    ("已批计划", "planned_fen", "warn"),
    ("零余额账户", "drawn_fen", "violet"),
    ("银行在途", "in_transit_fen", "info"),
    ("已到卡", "credited_fen", "ok"),
    ("待处理", "suspense_fen", "error"),
    ("已退国库", "treasury_fen", "primary"),
)


@dataclass(frozen=True)
class Told:
    """One audit event as shown; numbers within ``detail`` are masked. ``title`` and ``url`` are what it is about, '' where the
    actor has no page for it."""

    event: AuditEvent
    who: str
    words: str
    detail: str
    title: str
    url: str


def tasks_for(actor: Actor) -> QuerySet[TaskRun]:
    """The background work that this actor started, newest first."""
    return TaskRun.objects.filter(started_by_id=actor.official_id)


def task_for(actor: Actor, task_id: int) -> TaskRun:
    """One piece of the actor's own background work; raises NotFound."""
    found = tasks_for(actor).filter(pk=task_id).first()
    if found is None:
        raise NotFound
    return found


def audit_events_for(actor: Actor, subject: str = "") -> QuerySet[AuditEvent]:
    """The audit trail, newest first, of one subject if named: as the trail names it (payment_batch:3), or by the number that
    people know it by. Raises NotFound to those who may not see it."""
    if not actor.may(P.AUDIT_SEE):
        raise NotFound
    events = AuditEvent.objects.defer("body").select_related("seal").order_by("-id")
    if not subject:
        return events
    numbered = [] if ":" in subject else subjects.numbered(actor, subject)
    named = [f"{one.kind.flow.name}:{one.subject.pk}" for one in numbered]
    return events.filter(subject__in=[subject, *named])


def told(actor: Actor, events: list[AuditEvent]) -> list[Told]:
    """Audit events with the officials' names, steps in Chinese, what they are about, and numbers masked."""
    about = _about(actor, events)
    names = dict(Official.objects.filter(pk__in={one.official_id for one in events}).values_list("pk", "name"))
    return [
        Told(
            event=event,
            who=names.get(event.official_id, "系统"),
            words=event_words(event.name),
            detail=masked_numbers(json.dumps(event.detail, ensure_ascii=False, indent=1)),
            title=about[event.subject].title if event.subject in about else "",
            url=about[event.subject].url if event.subject in about else "",
        )
        for event in events
    ]


def _about(actor: Actor, events: list[AuditEvent]) -> dict[str, subjects.Shown]:
    """The subjects of events that have a page for this actor."""
    parts = [one.subject.partition(":") for one in events]
    found = subjects.shown(actor, [(name, int(number)) for name, _, number in parts if number.isdecimal()])
    return {f"{name}:{number}": one for (name, number), one in found.items()}


@dataclass(frozen=True)
class Office:
    """An appointment as shown."""

    appointment: Appointment
    role: str
    in_force: bool


def appointments_for(actor: Actor, on: date) -> list[Office]:
    """All appointments within the actor's area; raises NotFound to those who may not see them."""
    posts = actor.posts_with(P.OFFICIALS_SEE)
    if not posts:
        raise NotFound
    appointments = Appointment.objects.select_related("official", "agency", "area").order_by("agency_id", "official_id")
    return [
        Office(one, WORDS[Role(one.role)], _in_force(one, on))
        for one in appointments
        if any(one.area_id.startswith(post.area_prefix) for post in posts)
    ]


def _in_force(appointment: Appointment, on: date) -> bool:
    began = appointment.valid_from <= on
    return appointment.official.is_active and began and (appointment.valid_to is None or on <= appointment.valid_to)


def book_for(actor: Actor) -> tuple[list[Proof], Proof]:
    """The balance proof of the actor's counties and its total, in fen; raises NotFound to those who may not see it."""
    posts = actor.posts_with(P.BOOK_SEE)
    if not posts:
        raise NotFound
    lines = [line for line in ledger.proof() if any(line.county_code.startswith(post.area_prefix) for post in posts)]
    return lines, ledger.whole(lines)


def places(proof: Proof) -> list[tuple[str, int, str]]:
    """Where the money of a proof line is, as (words, fen, tone) for the bar."""
    return [(words, getattr(proof, name), tone) for words, name, tone in PLACES]
