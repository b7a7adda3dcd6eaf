"""Fixtures of this room's tests, also used by the rooms above it."""

from collections.abc import Iterator
from typing import Any

import pytest

from yikatong.core import audit, proofs

from .world import World


@pytest.fixture(scope="session")
def origin(drawn: Any) -> Any:
    """Every test begins where the money is drawn."""
    return drawn.database


@pytest.fixture
def world(request: pytest.FixtureRequest, fresh_database: Any, drawn: Any) -> Iterator[World]:
    """A batch whose money is drawn, paid by the department, in a database of its own where transactions commit.

    Afterwards what pages tell of it is what its lines say, and everything holds but what banking says of its own files:
    here the bank speaks without any.
    """
    tampered = request.node.get_closest_marker("tampers") is not None
    made = World(fresh_database.owner_url, fresh_database.app_url, dict(drawn.ids)).drawn()
    yield made
    made.close()
    request.node.add_marker("tampers")
    if not tampered:
        made.prove_figures()
        audit.seal()
        assert [finding for finding in proofs.verify() if not finding.check.startswith("banking/")] == []
