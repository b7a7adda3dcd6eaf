"""The template of the histories, once a test process."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from yikatong.core import databases

from .place import Place, settled


@pytest.fixture(scope="session")
def place(template: Any, django_db_blocker: Any) -> Iterator[Place]:
    """The small county of the simulation, in a template database of its own."""
    with django_db_blocker.unblock():
        where = databases.clone_from_template(template, f"yikatong_county_{uuid.uuid4().hex[:8]}")
        try:
            yield settled(where)
        finally:
            databases.drop(where)


@pytest.fixture
def lived(place: Place, django_db_blocker: Any) -> Iterator[Place]:
    """The place, with database access."""
    with django_db_blocker.unblock():
        yield place
