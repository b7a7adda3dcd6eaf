"""What the rows of each flow are called and where their page is, for lists that cross the rooms: 已办, 关注, search.

A room registers its kinds in ``AppConfig.ready``; whoever lists them sees only what the room shows this actor.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .authz import Actor
from .slots import FOUND_MAX
from .workflow import Flow


@dataclass(frozen=True)
class SubjectKind:
    """The rows of one flow. ``for_actor`` is the room's own way in; ``number_field`` is the column that people know a
    row by, empty where there is none.
    """

    flow: Flow
    words: str
    for_actor: Callable[[Actor], QuerySet[Any]]
    title: Callable[[Any], str]
    url: Callable[[Any], str]
    number_field: str = "no"


@dataclass(frozen=True)
class Shown:
    """One row as a list of another room shows it; ``subject`` has ``state``, ``agency`` and the rest of a flow's row."""

    kind: SubjectKind
    subject: Any
    title: str
    url: str


KINDS: dict[str, SubjectKind] = {}


def register(kind: SubjectKind) -> None:
    """Make a flow's rows known to the lists that cross the rooms."""
    KINDS[kind.flow.name] = kind


def shown(actor: Actor, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Shown]:
    """(flow name, id) -> the row, for those of ``wanted`` that the actor may see: one query a flow."""
    ids: dict[str, set[int]] = {}
    for flow_name, subject_id in wanted:
        ids.setdefault(flow_name, set()).add(subject_id)
    return {
        (name, one.pk): _shown(KINDS[name], one)
        for name, keys in ids.items()
        if name in KINDS
        for one in KINDS[name].for_actor(actor).filter(pk__in=keys)
    }


def numbered(actor: Actor, text: str) -> list[Shown]:
    """Rows whose number begins with ``text``, newest first, at most ``FOUND_MAX`` of a kind."""
    return [
        _shown(kind, one)
        for kind in KINDS.values()
        if kind.number_field
        for one in kind.for_actor(actor)
        .filter(**{f"{kind.number_field}__startswith": text})
        .order_by("-pk")[:FOUND_MAX]
    ]


def _shown(kind: SubjectKind, one: Any) -> Shown:
    return Shown(kind, one, kind.title(one), kind.url(one))
