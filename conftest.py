"""Fixtures for every room: a real PostgreSQL of the test session's own, and the cast.

Each test process starts a throwaway server (or uses ``DATABASE_URL``'s), migrates one template as the owner, loads the
demo county's areas and officials into it, and from then on connects as the application's role, which owns nothing.
``db`` tests roll back; ``fresh_database`` tests get a clone of their own, where transactions really commit.
After every test with a database, everything that ``yikatong verify`` checks must hold, unless the test is marked
``tampers``.
"""

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings

from tests.cast import Cast

# A busy machine is no bug; and what landed once must not fail by the luck of the draw.
hypothesis_settings.register_profile("house", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis_settings.load_profile("house")

DEMO = Path(__file__).parent / "src" / "yikatong" / "demo"
APPOINTED_ON = date(2026, 1, 1)


@pytest.fixture(scope="session")
def template(django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A migrated database with areas and officials, never connected to by tests themselves."""
    from django.conf import settings

    from yikatong.core import databases, embedded, vault

    keys = tmp_path_factory.mktemp("keys") / "vault-keys.json"
    vault.make_keys(keys)
    settings.YIKATONG_KEYS = str(keys)
    # The log of sendings and the banks' credentials of this test run lie in a folder of its own.
    settings.STATE_DIR = tmp_path_factory.mktemp("state")
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with ExitStack() as stack:
        name = f"yikatong_template_{uuid.uuid4().hex[:8]}"
        if os.environ.get("DATABASE_URL"):
            place = databases.resolve().named(name)
        else:
            cluster = stack.enter_context(embedded.throwaway(is_hasty=True))
            place = databases.Databases(cluster.owner_url(name), cluster.app_url(name), cluster.state_dir)
        databases.prepare(place)
        with django_db_blocker.unblock():
            _migrate(place)
        yield place
        databases.drop(place)


def _migrate(place: Any) -> None:
    from yikatong.core import actions, schema
    from yikatong.core.models import ClockOffset

    with _connected(place.owner):
        schema.migrate()
        actions.load_areas(path=DEMO / "county" / "areas.csv")
        actions.load_officials(path=DEMO / "officials.csv", valid_from=APPOINTED_ON)
        ClockOffset.objects.create(days=0)


@contextmanager
def _connected(parameters: dict[str, Any]) -> Iterator[None]:
    """Let Django's default connection lead to another database and role for a while."""
    from django.db import connection

    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(parameters)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


@contextmanager
def _clone(template: Any) -> Iterator[Any]:
    from yikatong.core import databases

    clone = databases.clone_from_template(template, f"yikatong_{uuid.uuid4().hex[:12]}")
    try:
        with _connected(clone.app):
            yield clone
    finally:
        databases.drop(clone)


@pytest.fixture(scope="session")
def django_db_setup(template: Any, django_db_blocker: Any) -> Iterator[None]:
    """One clone a process for the tests that roll back."""
    with django_db_blocker.unblock(), _clone(template):
        yield


@contextmanager
def _made_once(template: Any, blocker: Any, make: Callable[[Any], Any]) -> Iterator[Any]:
    """A ``Kept`` world that ``make`` makes in a database of its own, to which nobody stays connected."""
    from yikatong.batches.tests.world import kept
    from yikatong.core import databases

    clone = databases.clone_from_template(template, f"yikatong_{uuid.uuid4().hex[:12]}")
    with blocker.unblock(), _connected(clone.app):
        made = kept(make(clone), clone)
    yield made
    databases.drop(clone)


@pytest.fixture(scope="session")
def opened(template: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A world of the batches, whose cycle is open."""
    from yikatong.batches.tests.world import World

    with _made_once(template, django_db_blocker, lambda where: World(where.owner_url, where.app_url)) as made:
        yield made


@pytest.fixture(scope="session")
def drawn(template: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A world of the payments: an approved batch of six whose money is drawn."""
    from yikatong.payments.tests.world import World

    with _made_once(template, django_db_blocker, lambda where: World(where.owner_url, where.app_url).drawn()) as made:
        yield made


@pytest.fixture(scope="session")
def origin(template: Any) -> Any:
    """What a test's own database is a copy of; rooms whose tests all begin further on say so in their own conftest."""
    return template


@pytest.fixture
def fresh_database(request: pytest.FixtureRequest, origin: Any, django_db_blocker: Any) -> Iterator[Any]:
    """A database of the test's own, connected as the application; yields its addresses (``owner_url``, ``app_url``)."""
    with django_db_blocker.unblock(), _clone(origin) as clone:
        yield clone
        if not request.node.get_closest_marker("tampers"):
            _everything_holds()


@pytest.fixture(autouse=True)
def money_holds_after(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test with a database the whole book is verified."""
    uses_database = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if uses_database:
        request.getfixturevalue("db")
    yield
    if uses_database and not request.node.get_closest_marker("tampers"):
        _everything_holds()


def _everything_holds() -> None:
    from yikatong.core import audit, proofs

    audit.seal()
    assert proofs.verify() == []


@pytest.fixture
def cast() -> Cast:
    """The demo county's officials as actors, by user name: ``cast["liuhe.jingban"]``."""
    return Cast()


@pytest.fixture
def at() -> datetime:
    """The business moment of a test: the database's own clock."""
    from yikatong.core import clock

    return clock.now()


@pytest.fixture
def tampering(fresh_database: Any) -> Iterator["psycopg.Connection[Any]"]:
    """A connection as the owner with triggers switched off where allowed: the hand behind the application's back."""
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as connection:
        yield connection
