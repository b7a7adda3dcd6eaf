"""Fixtures of this room's tests, also used by the rooms above it."""

from collections.abc import Iterator
from typing import Any

import pytest

from .world import World


@pytest.fixture
def world(fresh_database: Any) -> Iterator[World]:
    """A batch whose money is drawn, paid by the department, in a database of its own where transactions commit."""
    made = World(fresh_database.owner_url, fresh_database.app_url).drawn()
    yield made
    made.close()
