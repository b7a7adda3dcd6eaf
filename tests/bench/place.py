"""A throwaway database of the benchmark's own: made, migrated, filled with places and officials, removed at the end."""

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import psycopg
from psycopg import sql

from yikatong.core import databases, embedded

if TYPE_CHECKING:
    from yikatong.core.databases import Databases

DEMO = Path(databases.__file__).resolve().parents[1] / "demo"
APPOINTED_ON = date(2026, 1, 1)
COUNTY_CODE = "519999000000"
PROVIDER = "青禾农村商业银行"
# A roster of the whole county needs a desk for the whole county, which the demo's story has no use for.
COUNTY_DESK = (
    ("xian.jingban", "白桦", "township_clerk"),
    ("xian.shenhe", "江帆", "township_leader"),
)


@dataclass(frozen=True)
class Place:
    """Where the benchmark runs: its folder, and its database as owner and as application."""

    folder: Path
    where: "Databases"

    @property
    def server_log(self) -> Path:
        """The log of the server of our own."""
        return self.folder / "postgres" / "server.log"

    @property
    def superuser_url(self) -> str | None:
        """Address of the server as superuser, for a checkpoint; None on somebody else's server."""
        return embedded.cluster_at(self.where.state_dir).superuser_url() if self.where.state_dir else None


@contextmanager
def built(*, keep: bool = False) -> Iterator[Place]:
    """Make server, database and keys, and set Django up as the application; all of it is gone afterwards.

    A server of its own under TMPDIR, or a database of its own on ``DATABASE_URL``'s. ``keep`` leaves it all standing.
    """
    folder = Path(tempfile.mkdtemp(prefix="yikatong-bench-"))
    folder.chmod(0o711)
    where = _where(folder)
    try:
        _set_up(folder, where)
        yield Place(folder, where)
    finally:
        _disconnect()
        if not keep:
            _remove(folder, where)


def _where(folder: Path) -> "Databases":
    if os.environ.get("DATABASE_URL"):
        return databases.resolve().named(f"yikatong_bench_{uuid.uuid4().hex[:8]}")
    cluster = embedded.cluster_at(folder)
    return databases.Databases(cluster.owner_url("yikatong"), cluster.app_url("yikatong"), folder)


def _set_up(folder: Path, where: "Databases") -> None:
    if where.state_dir:
        os.environ["YIKATONG_STATE"] = str(folder)
    # Settings read where the database is from the environment, in this process and in no other.
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "yikatong.site.settings",
        "DATABASE_OWNER_URL": where.owner_url,
        "DATABASE_URL": where.app_url,
        "YIKATONG_KEYS": str(folder / "vault-keys.json"),
    }
    databases.prepare(where)

    import django

    django.setup()

    from yikatong.core import vault

    vault.make_keys(folder / "vault-keys.json")
    with as_owner(where):
        _fill(folder)


def explain_slow_statements(place: Place, *, over_ms: int = 200) -> None:
    """Have the server log the plan of every slower statement, also inside functions, from the next connection on.

    For finding what is slow, not for figures: counting rows in every plan costs time. Only on a server of our own.
    """
    if place.superuser_url is None:
        raise click.UsageError("--explain works on the benchmark's own server only")
    settings = {
        "session_preload_libraries": "auto_explain",
        "auto_explain.log_min_duration": f"{over_ms}ms",
        "auto_explain.log_nested_statements": "on",
        "auto_explain.log_analyze": "on",
        "auto_explain.log_timing": "off",
    }
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("LOAD 'auto_explain'")
        for name, value in settings.items():
            statement = sql.SQL("ALTER DATABASE {} SET {} = {}")
            names = (sql.Identifier(place.where.name), sql.Identifier(*name.split(".")), sql.Literal(value))
            connection.execute(statement.format(*names))


@contextmanager
def as_owner(where: "Databases") -> Iterator[None]:
    """Django's default connection as the owner of the database, for a while."""
    from django.db import connection

    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update(where.owner)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)


def _fill(folder: Path) -> None:
    from yikatong.core import actions, schema
    from yikatong.core.models import ClockOffset

    schema.migrate()
    actions.load_areas(path=DEMO / "county" / "areas.csv")
    actions.load_officials(path=DEMO / "officials.csv", valid_from=APPOINTED_ON)
    desk = folder / "county-desk.csv"
    lines = [
        f"{user},{name},{role},青禾县惠农中心,township_government,{COUNTY_CODE}" for user, name, role in COUNTY_DESK
    ]
    desk.write_text("\n".join(["username,name,role,agency_name,agency_kind,area_code", *lines]), encoding="utf-8")
    actions.load_officials(path=desk, valid_from=APPOINTED_ON)
    ClockOffset.objects.create(days=0)


def load_provider(bank_url: str, where: "Databases") -> None:
    """Register the bank at ``bank_url`` and its agreement with every department, as the demo does."""
    from yikatong.demo import stage

    with as_owner(where):
        stage._load_provider(bank_url)


def _disconnect() -> None:
    from django.conf import settings

    if settings.configured:
        from django.db import connections

        connections.close_all()


def _remove(folder: Path, where: "Databases") -> None:
    if where.state_dir:
        embedded.stop(where.state_dir)
        # Where TMPDIR is too long a name for a socket, the server's socket lies in a folder of its own.
        shutil.rmtree(embedded.cluster_at(folder).sockets, ignore_errors=True)
    else:
        databases.drop(where)
    shutil.rmtree(folder)
