"""The whole run in order."""

from collections.abc import Iterator

from . import county, ground, township
from .plot import Plot, Step


def steps(plot: Plot) -> Iterator[Step]:
    """Every step from the empty county to money on cards."""
    yield from ground.steps(plot)
    yield from township.steps(plot)
    yield from county.steps(plot)
