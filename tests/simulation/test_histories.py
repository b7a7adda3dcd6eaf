"""Three hundred histories in every run, that they go through enough to prove something, and that one can be replayed."""

from collections import Counter

import pytest

from tests.anomalies.scenes import fail_in_its_place
from tests.faulty_bank import Fault

from .bank import TEMPERAMENT
from .history import Bent
from .place import Place
from .tallies import KINDS, summary

HISTORIES = 300
GROUP = 10
# What ten histories go through at least, whatever their luck; on average it is 53 crashes and 530 commits, and ten of both others.
AT_LEAST = {"died": 20, "commits": 250, "twice": 1, "raced": 1}
# What luck alone hardly ever reaches: the void file is paid once the payment in its place has failed.
PAID_OF_A_VOID_FILE = Bent(
    dedupes=False, sizes=(1,), file_lines=100_000, prelude=fail_in_its_place,
    faults={
        Fault.DELIVERED_TWICE: 0.5, Fault.HELD_BACK: 0.2, Fault.LATE_RETURN: 0.4, Fault.RETURNED_TWICE: 0.3,
        Fault.OTHER_BODY: 0.3, Fault.STATEMENT_LATE: 0.3,
    },
)  # fmt: skip


@pytest.mark.parametrize("first", range(1, HISTORIES + 1, GROUP))
def test_nobody_is_paid_twice_nothing_is_lost_and_the_balance_is_exact(lived: Place, first: int) -> None:
    tally: Counter[str] = Counter()
    for seed in range(first, first + GROUP):
        tally += lived.played(seed).tally
    print(summary(tally))
    assert {what: tally[what] for what, least in AT_LEAST.items() if tally[what] < least} == {}


def test_what_a_void_file_paid_is_accepted_paid_again_or_given_back(lived: Place) -> None:
    tally: Counter[str] = Counter()
    for seed in range(1, GROUP + 1):
        tally += lived.played(seed, bent=PAID_OF_A_VOID_FILE).tally
    assert {what for what in ("acceptances", "reissues", "refunds") if not tally[what]} == set()


def test_every_fault_of_the_bank_is_counted_once() -> None:
    counted = [fault for faults in KINDS.values() for fault in faults]
    assert sorted(counted) == sorted(TEMPERAMENT)


def test_a_history_is_replayed_from_its_seed_to_the_bit(lived: Place) -> None:
    first, second = lived.played(7), lived.played(7)
    assert (first.state, first.told) == (second.state, second.told)
    assert lived.played(8).state != first.state
