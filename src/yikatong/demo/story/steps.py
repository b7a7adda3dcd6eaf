"""The whole run in order."""

from collections.abc import Iterator

from . import at_the_bank, county, ground, township
from .plot import Plot, Step


def steps(plot: Plot) -> Iterator[Step]:
    """Every step from the empty county to money on cards; without a bank, up to the second check of finance."""
    yield from ground.steps(plot)
    yield from township.steps(plot)
    yield from county.steps(plot)
    if plot.bank:
        yield from at_the_bank.steps(plot)
