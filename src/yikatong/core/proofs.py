"""``yikatong verify``: recompute every promise from the rows alone.

Each room has ``sql/verify/*.sql``: a first comment line in Chinese saying what must hold, and a query that returns a
row (subject, expected, found) for everything that does not.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection

from . import sql


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
    """Run every check; an empty list means that everything holds. At most ``limit`` findings a check."""
    findings: list[Finding] = []
    with connection.cursor() as cursor:
        for check in checks():
            cursor.execute(check.statement)
            rows: list[Any] = cursor.fetchmany(limit)
            findings += [Finding(check.name, str(row[0]), str(row[1]), str(row[2])) for row in rows]
    return findings


def sentences(findings: list[Finding]) -> list[str]:
    """One line for each check, then one for each thing that does not hold."""
    broken = [finding.check for finding in findings]
    told = [
        f"✗ {check.words}：{broken.count(check.name)} 处不符" if check.name in broken else f"✓ {check.words}"
        for check in checks()
    ]
    return told + [f"    {one.check} {one.subject}：应为 {one.expected}，实为 {one.found}" for one in findings]
