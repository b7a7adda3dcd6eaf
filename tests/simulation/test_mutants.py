"""Removing any one rule of the protocol makes the simulation fail; with the rule the same histories hold."""

import pytest

from .history import Broken
from .mutants import MUTANTS, Mutant
from .place import Place

# A history or two are enough as a rule; so many are tried before a mutant counts as unnoticed.
SEEDS = range(1, 13)


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_without_its_rule_the_simulation_fails(lived: Place, mutant: Mutant) -> None:
    with lived.mutated(mutant) as place:
        seed = next((seed for seed in SEEDS if _breaks(place, seed, mutant)), None)
    assert seed is not None, f"nobody noticed that this rule is gone: {mutant.rule}"
    lived.played(seed, bent=mutant.bent)


def _breaks(place: Place, seed: int, mutant: Mutant) -> bool:
    try:
        place.played(seed, bent=mutant.bent)
    except Broken:
        return True
    return False
