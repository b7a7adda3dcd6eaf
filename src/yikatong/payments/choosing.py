"""Choosing among many stuck payments: a page of one reason at a time, or the whole of it as a set."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from django.core.paginator import Page, Paginator

from yikatong.core.authz import Actor

from . import queries
from .queries import Pile, Stuck

PAGE_SIZE = 50


@dataclass(frozen=True)
class Reason:
    """One reason of the bank's among what can be chosen: its key in addresses, words, how many and how many fen."""

    key: str
    words: str
    count: int
    total_fen: int


@dataclass(frozen=True)
class Choosing:
    """What can be chosen (``free``) of one reason or of all (key ''), and the page of it that is looked at."""

    free: list[Pile]
    key: str
    page_no: int

    @property
    def reasons(self) -> list[Reason]:
        """What there is to choose from by reason, the most first."""
        found: dict[str, list[Pile]] = {}
        for pile in self.free:
            found.setdefault(pile.key, []).append(pile)
        listed = [
            Reason(
                key,
                piles[0].reason,
                sum(one.count for one in piles),
                sum(one.total_fen for one in piles),
            )
            for key, piles in found.items()
        ]
        return sorted(listed, key=lambda one: -one.count)

    @property
    def whole_count(self) -> int:
        """How many can be chosen whatever the reason."""
        return sum(pile.count for pile in self.free)

    @property
    def _piles(self) -> list[Pile]:
        return [pile for pile in self.free if self.key in ("", pile.key)]

    @cached_property
    def outcome_ids(self) -> list[int]:
        """All of the reason."""
        return [one for pile in self._piles for one in pile.outcome_ids]

    @property
    def total_fen(self) -> int:
        """What they add up to."""
        return sum(pile.total_fen for pile in self._piles)

    @property
    def seal(self) -> str:
        """By what somebody shows to have seen this very set."""
        return sha256(f"{self.total_fen} {self.outcome_ids}".encode()).hexdigest()

    @cached_property
    def page(self) -> Page[int]:
        """A page of their ids."""
        return Paginator(self.outcome_ids, PAGE_SIZE).get_page(self.page_no)

    @property
    def page_ids(self) -> list[int]:
        """The ids of the page."""
        return list(self.page.object_list)


def choosing(piles: list[Pile], may: Callable[[Pile], bool], *, key: str, page_no: int) -> Choosing:
    """What ``may`` be chosen of some piles. An unknown key is none."""
    free = [pile for pile in piles if may(pile)]
    return Choosing(free, key if key in {pile.key for pile in free} else "", page_no)


def people_of(chosen: Choosing, actor: Actor, batch_id: int) -> list[Stuck]:
    """The people of the page."""
    if not chosen.page_ids:
        return []
    return queries.stuck_for(actor, batch_id=batch_id, outcome_ids=chosen.page_ids)
