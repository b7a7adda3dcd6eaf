"""Three hundred histories in every run, those that once broke something, and that a history can be replayed."""

from pathlib import Path

import pytest

from .place import Place

HISTORIES = 300
GROUP = 10
KEPT = Path(__file__).with_name("seeds.txt")


def kept_seeds() -> list[int]:
    """The seeds of seeds.txt."""
    lines = (line for line in KEPT.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return [int(line.split()[0]) for line in lines]


@pytest.mark.parametrize("first", range(1, HISTORIES + 1, GROUP))
def test_nobody_is_paid_twice_nothing_is_lost_and_the_balance_is_exact(lived: Place, first: int) -> None:
    for seed in range(first, first + GROUP):
        lived.played(seed)


@pytest.mark.parametrize("seed", kept_seeds())
def test_what_broke_once_holds(lived: Place, seed: int) -> None:
    lived.played(seed)


def test_a_history_is_replayed_from_its_seed_to_the_bit(lived: Place) -> None:
    first, second = lived.played(7), lived.played(7)
    assert (first.state, first.told) == (second.state, second.told)
    assert lived.played(8).state != first.state
