"""Fixtures of this room's tests, also used by the rooms above it."""

from collections.abc import Iterator
from typing import Any

import pytest

from .world import World


@pytest.fixture(scope="session")
def origin(opened: Any) -> Any:
    """Every test begins with an open cycle."""
    return opened.database


@pytest.fixture
def world(fresh_database: Any, opened: Any) -> Iterator[World]:
    """A world of one department in a database of its own, where transactions really commit."""
    made = World(fresh_database.owner_url, fresh_database.app_url, dict(opened.ids))
    yield made
    made.close()
