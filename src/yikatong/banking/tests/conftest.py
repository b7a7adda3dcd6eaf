"""Fixtures of this room's tests with a database, also used by the rooms above it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .world import World


@pytest.fixture
def world(fresh_database: Any, tmp_path: Path) -> Iterator[World]:
    """A batch whose money is drawn, and a bank, in a database of its own where transactions commit."""
    made = World(fresh_database.owner_url, fresh_database.app_url)
    try:
        made.drawn()
        made.banked(tmp_path / "bank")
        yield made
    finally:
        made.close()
