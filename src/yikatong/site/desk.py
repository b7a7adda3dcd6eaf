"""Reads of an official's own desk: what waits, what they did, began and watch, and what became of it since."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.paginator import Page
from django.db.models import Max, Q, QuerySet

from yikatong.core import listing, slots, sql, subjects
from yikatong.core.authz import Actor
from yikatong.core.models import Decision, TaskRun
from yikatong.core.slots import InboxItem
from yikatong.core.subjects import Shown
from yikatong.core.workflow import Duty

from .models import ReadMark, SavedView, Watch
from .showing import decisions as deciding

# (code, words) of the chips over the inbox.
DEADLINES = (("overdue", "已超期"), ("today", "今天到期"), ("week", "七天内到期"))
UNREAD_MAX = 99


@dataclass(frozen=True)
class Chip:
    """A filter to press: its code, its words, and how many of the unfiltered items it would leave."""

    code: str
    words: str
    count: int


@dataclass(frozen=True)
class Waiting:
    """One thing that waits; ``handed_by`` says who brought it here, where that is known."""

    item: InboxItem
    since: datetime | None
    handed_by: str


@dataclass(frozen=True)
class Inbox:
    """待办 as filtered (``items``); ``whole`` is everything that waits."""

    whole: list[InboxItem]
    items: list[InboxItem]
    kinds: list[Chip]
    deadlines: list[Chip]

    @property
    def has_chips(self) -> bool:
        """Whether there is anything to tell apart: a deadline, or more than one kind."""
        return len(self.kinds) > 1 or any(chip.count for chip in self.deadlines)

    def due(self, code: str) -> int:
        """How many of everything that waits have that deadline."""
        return next((chip.count for chip in self.deadlines if chip.code == code), 0)


@dataclass(frozen=True)
class Row:
    """One subject in 已办, 我发起的, 关注 or 消息: the decision told, where it stands now, and who it waits for."""

    shown: Shown
    decision: deciding.Told | None
    waiting: str
    since: datetime | None
    is_new: bool = False


def inbox(actor: Actor, at: datetime, *, kind: str = "", due: str = "", text: str = "") -> Inbox:
    """Everything that waits for the actor, narrowed by kind, deadline (a code of DEADLINES) and words of the title."""
    whole = slots.inbox(actor, at)
    today = at.date()
    kinds = sorted({item.kind for item in whole})
    items = [
        item
        for item in whole
        if kind in ("", item.kind) and (not due or _is_due(item, due, today)) and text.strip() in item.title
    ]
    return Inbox(
        whole,
        items,
        [Chip(one, one, sum(item.kind == one for item in whole)) for one in kinds],
        [Chip(code, words, sum(_is_due(item, code, today) for item in whole)) for code, words in DEADLINES],
    )


def handed(items: Sequence[InboxItem]) -> list[Waiting]:
    """Things that wait, and beside each that is a subject of a flow: since when, and by whose decision."""
    keys = {item: (item.together.partition(".")[0], item.key) for item in items if item.together}
    latest = _latest_decisions(keys.values())
    return [
        Waiting(item, last.business_at, f"{last.official.name}（{last.appointment.agency.name}）")
        if (last := latest.get(keys[item]) if item in keys else None)
        else Waiting(item, item.since, "")
        for item in items
    ]


def _is_due(item: InboxItem, code: str, today: date) -> bool:
    if item.due_on is None:
        return False
    if code == "overdue":
        return item.due_on < today
    return item.due_on == today if code == "today" else today <= item.due_on <= today + timedelta(days=7)


def views(actor: Actor, page: str) -> QuerySet[SavedView]:
    """The views that the actor has kept of a page."""
    return SavedView.objects.filter(official_id=actor.official_id, page=page)


def done(actor: Actor) -> QuerySet[Decision]:
    """已办: the actor's own decisions, newest first."""
    taken = Decision.objects.filter(official_id=actor.official_id).order_by("-id")
    return taken.select_related("official", "appointment__agency")


def begun(actor: Actor) -> QuerySet[Decision]:
    """我发起的: the actor's latest preparing decision on each subject, newest first."""
    latest = (
        Decision.objects.filter(official_id=actor.official_id, duty=Duty.PREPARE)
        .values("flow", "subject_id")
        .annotate(latest=Max("id"))
        .values("latest")
    )
    return done(actor).filter(pk__in=latest)


def told(actor: Actor, decisions: Sequence[Decision], *, read_at: datetime | None = None) -> list[Row]:
    """Decisions as rows, without those whose subject the actor may not see (any more)."""
    found = subjects.shown(actor, [(one.flow, one.subject_id) for one in decisions])
    return [
        Row(
            shown,
            deciding.told(one, shown.kind.flow),
            deciding.waiting_words(shown.kind.flow, shown.subject),
            one.business_at,
            is_new=read_at is not None and one.business_at > read_at,
        )
        for one in decisions
        if (shown := found.get((one.flow, one.subject_id)))
    ]


def watched(actor: Actor) -> list[Row]:
    """关注: what the actor watches, the latest first, with the latest decision on it."""
    marks = list(Watch.objects.filter(official_id=actor.official_id))
    found = subjects.shown(actor, [(one.flow, one.subject_id) for one in marks])
    latest = _latest_decisions([(one.flow, one.subject_id) for one in marks])
    return [
        Row(
            shown,
            deciding.told(last, shown.kind.flow) if (last := latest.get((one.flow, one.subject_id))) else None,
            deciding.waiting_words(shown.kind.flow, shown.subject),
            last.business_at if last else one.since,
        )
        for one in marks
        if (shown := found.get((one.flow, one.subject_id)))
    ]


def watches(actor: Actor, flow: str, subject_id: int) -> bool:
    """Whether the actor watches that subject."""
    return Watch.objects.filter(official_id=actor.official_id, flow=flow, subject_id=subject_id).exists()


def _latest_decisions(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Decision]:
    keys = list(wanted)
    if not keys:
        return {}
    those = Q()
    for flow, subject_id in keys:
        those |= Q(flow=flow, subject_id=subject_id)
    newest = Decision.objects.filter(those).order_by("flow", "subject_id", "-subject_version")
    newest = newest.distinct("flow", "subject_id").select_related("official", "appointment__agency")
    return {(one.flow, one.subject_id): one for one in newest}


def messages(actor: Actor, number: int, *, rows_max: int) -> tuple[Page[Any], list[Decision]]:
    """消息: what others did with what the actor has had in hand or watches, newest first, as page ``number`` cuts it."""
    found = sql.rows(
        "site/messages", official=actor.official_id, rows_max=rows_max, rows_before=(number - 1) * rows_max
    )
    newest = Decision.objects.filter(pk__in=[row["id"] for row in found]).order_by("-id")
    return listing.cut_page(found, number, rows_max), list(newest.select_related("official", "appointment__agency"))


def ended_tasks(actor: Actor, *, rows_max: int) -> list[TaskRun]:
    """The actor's own background work that has ended, newest first."""
    return list(TaskRun.objects.filter(started_by_id=actor.official_id, ended_at__isnull=False)[:rows_max])


def read_at(actor: Actor) -> datetime | None:
    """Up to which moment the actor has read; None before the first time."""
    return ReadMark.objects.filter(official_id=actor.official_id).values_list("read_at", flat=True).first()


def unread(actor: Actor) -> int:
    """How many messages are new to the actor, counted up to ``UNREAD_MAX``."""
    found = sql.one("site/unread", official=actor.official_id, rows_max=UNREAD_MAX)
    return int(found["unread"])
