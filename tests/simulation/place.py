"""Where histories are lived: a template database with the small county, and for each history a clone of it."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings

from yikatong.core import databases, embedded
from yikatong.core.databases import Databases

if TYPE_CHECKING:
    from .history import Bent, History
    from .mutants import Mutant

DEMO = Path(databases.__file__).resolve().parents[1] / "demo"


@dataclass(frozen=True)
class Place:
    """The template and its released requests, by their number of lines. Nobody may be connected to the template."""

    template: Databases
    requests: dict[int, int]

    def played(self, seed: int, *, bent: "Bent | None" = None, is_loud: bool = False) -> "History":
        """A history in a clone of its own, which is gone afterwards. Raises Broken."""
        from .history import Bent, History

        with self.clone(uuid.uuid4().hex[:8]) as where:
            history = History(seed, where, self.requests, is_loud=is_loud, bent=bent or Bent())
            history.play()
            return history

    @contextmanager
    def scene(self, bent: "Bent", *, is_durable: bool = False) -> Iterator["History"]:
        """A history without steps of its own: whoever opens it says what happens; as to ``is_durable`` see ``clone``."""
        from .history import Bent as Calm
        from .history import History

        assert isinstance(bent, Calm)
        with self.clone(uuid.uuid4().hex[:8], is_durable=is_durable) as where:
            history = History(1, where, self.requests, bent=bent)
            with history.begun():
                yield history

    @contextmanager
    def clone(self, name: str, *, is_durable: bool = False) -> Iterator[Databases]:
        """A copy of the template, gone afterwards. Only where the server is really killed must it be ``is_durable``."""
        copy = self.template.named(f"{self.template.name}_{name}")
        with _maintenance(self.template) as connection:
            # A copy through the log keeps the sequences' promise of numbers that were logged for the template alone: after a
            # real crash they would be given out twice. A copy of the files ends with a checkpoint, and promises nothing; and
            # it takes half the time.
            made = f'CREATE DATABASE "{copy.name}" TEMPLATE "{self.template.name}" STRATEGY FILE_COPY'
            connection.execute(made.encode())
            if not is_durable:
                # Simulated crashes never lose what the server has: nobody need wait for its disk.
                connection.execute(f'ALTER DATABASE "{copy.name}" SET synchronous_commit = off'.encode())
        try:
            yield copy
        finally:
            databases.drop(copy)
            # A database of this name may be made again: what was sent from this one is no sending of that one's.
            (Path(settings.STATE_DIR) / "sent" / f"{copy.name}.log").unlink(missing_ok=True)

    @contextmanager
    def mutated(self, mutant: "Mutant") -> Iterator["Place"]:
        """The same place without one rule, in the database and in Python."""
        with self.clone(mutant.name) as where, mutant.patched():
            mutant.plant(where)
            yield Place(where, self.requests)


def settled(where: Databases) -> Place:
    """Make the small county in a fresh, migrated database with areas and officials, which becomes the template."""
    from django.db import connection

    from .world import BEGINNING, CLOCK, County, as_application

    with psycopg.connect(where.owner_url, autocommit=True) as owner:
        owner.execute(psycopg.ClientCursor(owner).mogrify(CLOCK, [BEGINNING]).encode())
    with as_application(where):
        county = County(where.owner_url, where.app_url)
        try:
            county.made()
        finally:
            county.close()
    connection.close()
    return Place(where, county.requests)


@contextmanager
def made(folder: Path) -> Iterator[Place]:
    """For the command line: a server of our own, or a database of our own on ``DATABASE_URL``'s; gone afterwards."""
    name = f"yikatong_simulation_{uuid.uuid4().hex[:8]}"
    if os.environ.get("DATABASE_URL"):
        where = databases.resolve().named(name)
        yield from _filled(folder, where)
        return
    with embedded.throwaway(is_hasty=True) as cluster:
        yield from _filled(folder, Databases(cluster.owner_url(name), cluster.app_url(name), cluster.state_dir))


def _filled(folder: Path, where: Databases) -> Iterator[Place]:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "yikatong.site.settings",
        "DATABASE_OWNER_URL": where.owner_url,
        "DATABASE_URL": where.app_url,
        "YIKATONG_KEYS": str(folder / "vault-keys.json"),
        "YIKATONG_STATE": str(folder),
    }
    databases.prepare(where)

    import django

    django.setup()

    from yikatong.core import actions, schema, vault
    from yikatong.core.models import ClockOffset

    from .world import APPOINTED_ON, as_owner

    vault.make_keys(folder / "vault-keys.json")
    with as_owner(where.owner_url):
        schema.migrate()
        actions.load_areas(path=DEMO / "county" / "areas.csv")
        actions.load_officials(path=DEMO / "officials.csv", valid_from=APPOINTED_ON)
        ClockOffset.objects.create(days=0)
    try:
        yield settled(where)
    finally:
        databases.drop(where)


def _maintenance(where: Databases) -> "psycopg.Connection[Any]":
    return psycopg.connect(where.named("postgres").owner_url, autocommit=True)
