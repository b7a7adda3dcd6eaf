"""Places where later rooms contribute to pages and proofs of earlier ones, without being known there.

A room registers in ``AppConfig.ready``. Pages show contributions in the order of the floors.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .authz import Actor
from .permissions import P


@dataclass(frozen=True)
class InboxItem:
    """待办: one thing that waits for this actor. ``together`` and ``key`` name it in ``core.together``, if it is there."""

    title: str
    url: str
    kind: str
    what_to_do: str
    since: datetime | None = None
    due_on: date | None = None
    count: int | None = None
    total_fen: int | None = None
    together: str = ""
    key: int = 0


@dataclass(frozen=True)
class Stage:
    """One stop of the ribbon 钱走到哪了. ``state`` is done, now, todo or fail."""

    title: str
    note: str
    state: str
    url: str = ""


@dataclass(frozen=True)
class MenuItem:
    """One entry of the left menu; shown to actors for whom ``shown`` says yes. ``note`` says what one finds there.

    ``pages`` are the views that belong to it although their addresses are not below its own.
    """

    group: str
    title: str
    url_name: str
    icon: str
    shown: Callable[[Actor], bool]
    note: str = ""
    pages: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One answer of the search: what kind of thing, its title, a note that tells it from others, and its page."""

    kind: str
    title: str
    note: str
    url: str


INBOX: list[Callable[[Actor, datetime], list[InboxItem]]] = []
MENU: list[MenuItem] = []
# Searchers get what somebody typed, at least two characters, and answer at most FOUND_MAX things the actor may see.
FOUND_MAX = 10
SEARCH: list[Callable[[Actor, str], list[Found]]] = []
# A stage contributor gets a mapping such as {"roster_id": 7} or {"batch_id": 3} and answers what it knows.
STAGES: list[Callable[[dict[str, Any]], list[Stage]]] = []
_FOLLOW_UPS: dict[str, list[Callable[..., None]]] = {}


def inbox(actor: Actor, at: datetime) -> list[InboxItem]:
    """Everything that waits for this actor, most urgent first."""
    items = [item for contribute in INBOX for item in contribute(actor, at)]
    return sorted(items, key=lambda item: (item.due_on or date.max, item.title))


def stages(**subject: Any) -> list[Stage]:
    """The ribbon for a subject, in the order of the floors."""
    return [stage for contribute in STAGES for stage in contribute(subject)]


def shown_to(permissions: Iterable[P]) -> Callable[[Actor], bool]:
    """A menu entry's ``shown``: whoever holds one of these permissions."""
    wanted = tuple(permissions)
    return lambda actor: any(map(actor.may, wanted))


def menu(actor: Actor) -> dict[str, list[MenuItem]]:
    """The left menu for an actor, grouped."""
    groups: dict[str, list[MenuItem]] = {}
    for item in MENU:
        if item.shown(actor):
            groups.setdefault(item.group, []).append(item)
    return groups


def follow(event: str, react: Callable[..., None]) -> None:
    """Let a later room go on from an event, e.g. ``follow("instruction.closed", record_paid_facts)``."""
    _FOLLOW_UPS.setdefault(event, []).append(react)


def announce(event: str, **facts: Any) -> None:
    """Tell the later rooms, inside the same transaction. What they do must be idempotent and short, or a task."""
    for react in _FOLLOW_UPS.get(event, ()):
        react(**facts)
