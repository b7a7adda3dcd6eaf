"""Headings that say how things stand: 「3 份花名册：2 份已定稿，1 份待修改比对」. Pure but for one count by state."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, QuerySet

from yikatong.core.workflow import Flow

# Words that may follow 都: 「都已定稿」.
_AFTER_ALL = ("已", "待", "没")


def stand(flow: Flow, things: QuerySet[Any] | Iterable[Any], noun: str, none: str) -> str:
    """How many ``things`` there are and how they stand; ``noun`` begins with its measure word, ``none`` is said of none."""
    counts = _counts(flow, things)
    whole, measure = sum(counts.values()), noun[0]
    if not whole:
        return none
    told = counts.most_common()
    if len(told) == 1:
        words = told[0][0]
        everyone = "都" if whole > 1 and words.startswith(_AFTER_ALL) else ""
        return f"{whole:,} {noun}，{everyone}{words}"
    return f"{whole:,} {noun}：" + "，".join(f"{count:,} {measure}{words}" for words, count in told)


def _counts(flow: Flow, things: QuerySet[Any] | Iterable[Any]) -> Counter[str]:
    counts: Counter[str] = Counter()
    if isinstance(things, QuerySet):
        for state, count in things.order_by().values_list("state").annotate(count=Count("pk", distinct=True)):
            counts[flow.state_words.get(state, state)] += count
        return counts
    for one in things:
        counts[flow.standing(one)[1]] += 1
    return counts
