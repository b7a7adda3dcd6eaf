"""``yikatong verify``: recompute every promise from the rows alone.

Each room has ``sql/verify/*.sql``: a first comment line in Chinese saying what must hold, and a query that returns a
row (subject, expected, found) for everything that does not. A check that says ``JOINED_WHOLE`` in its head compares
whole tables: its joins are not to look up one row after the other, whatever the planner believes of fresh tables.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection, transaction

from . import sql

# Checks that run beside each other; PostgreSQL adds helpers of its own to the long ones.
AT_ONCE = 2
JOINED_WHOLE = "-- Whole tables, joined by hashing."
# A partition of one table meets that of another, and no join takes more memory than this twice.
SETTINGS = {"work_mem": "64MB", "enable_partitionwise_join": "on"}


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold."""

    check: str
    subject: str
    expected: str
    found: str


@dataclass(frozen=True)
class Check:
    """One promise: its name (room/statement) and its sentence."""

    name: str
    words: str
    statement: str


def checks() -> list[Check]:
    """Every check of every room, in order of the floors."""
    found = []
    for config in apps.get_app_configs():
        if not config.name.startswith("yikatong."):
            continue
        room = config.label
        for path in sorted((sql.ROOMS / room / "sql" / "verify").glob("*.sql")):
            statement = path.read_text(encoding="utf-8")
            words = statement.splitlines()[0].removeprefix("--").strip()
            found.append(Check(f"{room}/{path.stem}", words, statement))
    return found


def verify(limit: int = 100) -> list[Finding]:
    """Run every check; an empty list means that everything holds. At most ``limit`` findings a check.

    All checks see the book as it is at one moment, however much is paid meanwhile. Within a transaction, where others
    would not see what it wrote, they run one after the other.
    """
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            return [finding for check in checks() for finding in _found(check, cursor, limit)]
    waiting: SimpleQueue[Check] = SimpleQueue()
    listed = checks()
    # The long ones first, so that neither connection is left alone with one at the end.
    for check in sorted(listed, key=_is_short):
        waiting.put(check)
    with _moment() as snapshot, ThreadPoolExecutor(AT_ONCE) as beside:
        shares = list(beside.map(partial(_work_off, waiting, limit), [snapshot] * AT_ONCE))
    found = {name: findings for share in shares for name, findings in share.items()}
    return [finding for check in listed for finding in found[check.name]]


def _is_short(check: Check) -> bool:
    return JOINED_WHOLE not in check.statement


@contextmanager
def _moment() -> Iterator[str]:
    """The name of a snapshot, which others may take while this lasts."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _work_off(waiting: "SimpleQueue[Check]", limit: int, snapshot: str) -> dict[str, list[Finding]]:
    """Take checks as long as there are any, on a connection of its own; what each found, by its name."""
    found: dict[str, list[Finding]] = {}
    with sql.connected_besides() as own, own.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute(psycopg.sql.SQL("SET TRANSACTION SNAPSHOT {}").format(psycopg.sql.Literal(snapshot)))
        for setting, value in SETTINGS.items():
            _set(cursor, setting, value)
        while True:
            try:
                check = waiting.get_nowait()
            except Empty:
                return found
            found[check.name] = _found(check, cursor, limit)


def _set(cursor: Any, setting: str, value: str) -> None:
    cursor.execute("SELECT set_config(%s, %s, true)", [setting, value])


def _found(check: Check, cursor: Any, limit: int) -> list[Finding]:
    if JOINED_WHOLE in check.statement:
        _set(cursor, "enable_nestloop", "off")
    cursor.execute(check.statement)
    rows: list[Any] = cursor.fetchmany(limit)
    _set(cursor, "enable_nestloop", "on")
    return [Finding(check.name, str(row[0]), str(row[1]), str(row[2])) for row in rows]


def sentences(findings: list[Finding]) -> list[str]:
    """One line for each check, then one for each thing that does not hold."""
    broken = [finding.check for finding in findings]
    told = [
        f"✗ {check.words}：{broken.count(check.name)} 处不符" if check.name in broken else f"✓ {check.words}"
        for check in checks()
    ]
    return told + [f"    {one.check} {one.subject}：应为 {one.expected}，实为 {one.found}" for one in findings]
