"""Search over all rooms: numbers of rosters, batches and requests first, then whatever else the rooms know."""

from dataclasses import dataclass

from yikatong.core import slots, subjects
from yikatong.core.authz import Actor

TEXT_MAX = 60


@dataclass(frozen=True)
class Group:
    """What was found of one kind: (title, note, address)."""

    words: str
    rows: list[tuple[str, str, str]]


def find(actor: Actor, text: str) -> list[Group]:
    """Everything the actor may see that answers to ``text``, by kind; nothing for less than two characters.

    A whole ID or card number finds by its blind index; it stands in no address and no log, since the form posts it.
    """
    wanted = text.strip()[:TEXT_MAX]
    if len(wanted) < 2:
        return []
    groups: dict[str, list[tuple[str, str, str]]] = {}
    for one in subjects.numbered(actor, wanted):
        note = one.kind.flow.standing(one.subject)[1]
        groups.setdefault(one.kind.words, []).append((one.title, note, one.url))
    for search in slots.SEARCH:
        for found in search(actor, wanted):
            groups.setdefault(found.kind, []).append((found.title, found.note, found.url))
    return [Group(words, rows) for words, rows in groups.items()]
