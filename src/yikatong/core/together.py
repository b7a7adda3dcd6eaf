"""Several waiting things of one kind decided in one go.

Nothing is decided "in bulk": each thing is taken by its room's own action in a transaction of its own, with all of that
action's checks, on the version and digest that the signer's page showed. What is refused stays where it was, with its
reason. A room registers in ``AppConfig.ready`` what of its inbox may be decided so; releases of money are not among it.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import audit
from .authz import Actor
from .refusals import Refused
from .subjects import SubjectKind

logger = logging.getLogger(__name__)

# One page that a person can still read before signing it.
THINGS_MAX = 100
GONE = "已经有人办过，或者不再归您办。"
BROKEN = "系统出错，这一件没有办成，什么都没有改动。请打开它单独办；还不行请联系系统管理员。"
NOT_TRIED = "前面一件出了错，这一件没有动。"


@dataclass(frozen=True)
class Thing:
    """One thing as the signer sees it; amounts in fen. ``why_not`` says why it cannot be decided now, '' if it can."""

    key: int
    title: str
    url: str
    version: int
    digest: str
    count: int | None
    total_fen: int | None
    subject: Any
    why_not: str = ""


@dataclass(frozen=True)
class Way:
    """One decision that may be taken on them: ``take(subject, by, at, seen_version, seen_digest, reason)``."""

    verb: str
    words: str
    take: Callable[..., Any]
    reason_required: bool = False


@dataclass(frozen=True)
class Together:
    """Things that wait for the same step. ``find`` answers those of the keys that the actor may see."""

    code: str
    words: str
    find: Callable[[Actor, Collection[int]], list[Thing]]
    ways: tuple[Way, ...]

    def way(self, verb: str) -> Way | None:
        """The decision of that name, if it may be taken together."""
        return next((one for one in self.ways if one.verb == verb), None)


@dataclass(frozen=True)
class Seen:
    """What the signer's page showed of one thing."""

    key: int
    version: int
    digest: str


@dataclass(frozen=True)
class Left:
    """One thing that was not decided, and why. ``thing`` is None where the actor may not even see it (any more)."""

    thing: Thing | None
    reason: str


@dataclass(frozen=True)
class Outcome:
    """What became of them: decided, and left as they were."""

    done: list[Thing]
    left: list[Left]


KINDS: dict[str, Together] = {}


def register(together: Together) -> None:
    """Let the inbox offer these things for deciding together."""
    KINDS[together.code] = together


def of_steps(
    kind: SubjectKind,
    verbs: Sequence[str],
    act: Callable[..., Any],
    *,
    count: Callable[[Any], int | None] = lambda one: one.count,
    total_fen: Callable[[Any], int | None] = lambda one: one.total_fen,
) -> Together:
    """Rows of a flow that wait for the first of ``verbs``; the others are what else may be said to all of them.

    ``act(verb, subject, by=…, at=…, seen_version=…, seen_digest=…, reason=…)`` calls the room's own action.
    """
    steps = [kind.flow.step(verb) for verb in verbs]

    def find(actor: Actor, keys: Collection[int]) -> list[Thing]:
        rows = kind.for_actor(actor).filter(pk__in=keys)
        return [
            Thing(
                one.pk,
                kind.title(one),
                kind.url(one),
                one.version,
                one.digest,
                count(one),
                total_fen(one),
                one,
                "" if steps[0] in open_steps else GONE,
            )
            for one, open_steps in kind.flow.open_to_each(rows, actor)
        ]

    ways = tuple(Way(step.verb, step.words, _taking(act, step.verb), step.reason_required) for step in steps)
    return Together(f"{kind.flow.name}.{verbs[0]}", steps[0].words, find, ways)


def _taking(act: Callable[..., Any], verb: str) -> Callable[..., Any]:
    return lambda subject, **signed: act(verb, subject, **signed)


def sums(things: Iterable[Thing]) -> tuple[int, int]:
    """(count, fen) of things; what has neither counts as nothing."""
    those = list(things)
    return sum(one.count or 0 for one in those), sum(one.total_fen or 0 for one in those)


def decide(together: Together, way: Way, *, seen: Sequence[Seen], by: Actor, at: datetime, reason: str) -> Outcome:
    """Take the step on each thing, one after the other, on what the signer saw of it; afterwards record that it was one go.

    Never raises for a single thing: a refusal leaves that one where it was. An unexpected error stops the row, and the
    rest is named as not tried, so nobody takes half for the whole.
    """
    found = {one.key: one for one in together.find(by, [one.key for one in seen])}
    outcome = Outcome([], [])
    broken = False
    for one in seen:
        thing = found.get(one.key)
        if thing is None or broken:
            outcome.left.append(Left(thing, NOT_TRIED if thing else GONE))
            continue
        try:
            way.take(
                thing.subject, by=by, at=at, seen_version=one.version, seen_digest=one.digest, reason=reason.strip()
            )
            outcome.done.append(thing)
        except Refused as refused:
            outcome.left.append(Left(thing, str(refused)))
        except Exception:
            # Those before it are decided for good: the page must say so, which it could not if this were passed on.
            logger.exception("deciding together stopped at %s %s", together.code, one.key)
            outcome.left.append(Left(thing, BROKEN))
            broken = True
    _record(together, way, outcome, by=by, at=at)
    return outcome


def _record(together: Together, way: Way, outcome: Outcome, *, by: Actor, at: datetime) -> None:
    count, total_fen = sums(outcome.done)
    audit.record(
        "inbox.decided_together",
        subject=f"official:{by.official_id}",
        by=by,
        at=at,
        kind=together.code,
        verb=way.verb,
        decided=[one.key for one in outcome.done],
        count=count,
        total_fen=total_fen,
        left=[left.thing.key for left in outcome.left if left.thing],
    )
