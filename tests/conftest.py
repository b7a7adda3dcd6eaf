"""The small county of the simulation, once a test process: its histories and the bank's faults begin there."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .simulation.place import Place


@pytest.fixture(scope="session")
def place(template: Any, django_db_blocker: Any) -> "Iterator[Place]":
    """The county of the simulation, in a template database of its own."""
    from yikatong.core import databases

    from .simulation.place import settled

    with django_db_blocker.unblock():
        where = databases.clone_from_template(template, f"yikatong_county_{uuid.uuid4().hex[:8]}")
        try:
            yield settled(where)
        finally:
            databases.drop(where)


@pytest.fixture
def lived(place: "Place", django_db_blocker: Any) -> "Iterator[Place]":
    """The place, with database access."""
    with django_db_blocker.unblock():
        yield place
