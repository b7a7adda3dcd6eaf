"""Three hundred histories in every run, that they go through enough to prove something, and that one can be replayed."""

from collections import Counter

import pytest

from .bank import TEMPERAMENT
from .place import Place
from .tallies import KINDS, summary

HISTORIES = 300
GROUP = 10
# What ten histories go through at least, whatever their luck; on average it is 53 crashes and 530 commits, and ten of both others.
AT_LEAST = {"died": 20, "commits": 250, "twice": 1, "raced": 1}


@pytest.mark.parametrize("first", range(1, HISTORIES + 1, GROUP))
def test_nobody_is_paid_twice_nothing_is_lost_and_the_balance_is_exact(lived: Place, first: int) -> None:
    tally: Counter[str] = Counter()
    for seed in range(first, first + GROUP):
        tally += lived.played(seed).tally
    print(summary(tally))
    assert {what: tally[what] for what, least in AT_LEAST.items() if tally[what] < least} == {}


def test_every_fault_of_the_bank_is_counted_once() -> None:
    counted = [fault for faults in KINDS.values() for fault in faults]
    assert sorted(counted) == sorted(TEMPERAMENT)


def test_a_history_is_replayed_from_its_seed_to_the_bit(lived: Place) -> None:
    first, second = lived.played(7), lived.played(7)
    assert (first.state, first.told) == (second.state, second.told)
    assert lived.played(8).state != first.state
