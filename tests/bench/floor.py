"""The floor: what PostgreSQL itself needs for the same rows, by COPY into bare copies of the tables that grew.

A copy has the table's indexes and checks and is logged; it has neither foreign keys nor triggers. What grew is asked of
the tables, so that the floor follows the product: blocks written since a mark, at least half as many rows as the roster.
"""

import tempfile
from dataclasses import dataclass
from typing import IO, Any

import psycopg
from psycopg import sql

from tests.bench.meter import Meter, Spent
from tests.bench.place import Place
from yikatong.core import sql as statements

Blocks = dict[str, int]
# Staging and queues are left by the run as they were; stored files and the audit trail are no lines.
NOT_LINES = ("core_", "procrastinate_", "django_", "registry_")
DISCLOSED = "disclosure_"
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Bare:
    """One table (or partition) by itself: how many rows were copied, and what that took."""

    table: str
    part: str
    rows: int
    spent: Spent


class Marks:
    """How many blocks every table had at moments of the run."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self.at: dict[str, Blocks] = {}

    def set(self, moment: str) -> None:
        """Remember the size of every permanent table now."""
        with psycopg.connect(self._place.where.owner_url) as connection:
            rows = connection.execute(_SIZES).fetchall()
        self.at[moment] = {name: blocks for name, blocks in rows if not name.startswith(NOT_LINES)}

    def grown(self, since: str, until: str) -> list[tuple[str, int, int]]:
        """(table, first block, end block) of every table that grew between two moments."""
        before, after = self.at[since], self.at[until]
        return [
            (name, max(before.get(name, 0) - 1, 0), end) for name, end in after.items() if end > before.get(name, 0)
        ]


_SIZES = """
    SELECT relname, pg_relation_size(oid) / current_setting('block_size')::bigint
    FROM pg_class
    WHERE relkind = 'r' AND relpersistence = 'p' AND relnamespace = 'public'::regnamespace
"""


def measure(*, place: Place, meter: Meter, marks: Marks, rows: int) -> list[Bare]:
    """Copy the rows of ``out`` (start → sent) and ``back`` (sent → closed) into bare tables; one timed COPY each."""
    found = []
    with psycopg.connect(place.where.owner_url, autocommit=True) as connection:
        for part, since, until in (("out", "start", "sent"), ("back", "sent", "closed")):
            if until not in marks.at:
                continue
            for table, first, end in marks.grown(since, until):
                bare = _bare(place, connection, meter, table, part, (first, end), rows)
                found += [bare] if bare else []
        found.append(_instruction(place, connection, meter, rows))
    return found


def _bare(
    place: Place,
    connection: "psycopg.Connection[Any]",
    meter: Meter,
    table: str,
    part: str,
    blocks: tuple[int, int],
    rows: int,
) -> Bare | None:
    name, copy = sql.Identifier(table), sql.Identifier(f"bench_{table}"[:63])
    with tempfile.TemporaryFile(dir=place.folder) as file:
        count = _copy_out(connection, name, blocks, file)
        if count < rows / 2:
            return None
        like = "CREATE TABLE {} (LIKE {} INCLUDING INDEXES INCLUDING CONSTRAINTS INCLUDING DEFAULTS) WITH (autovacuum_enabled = off)"
        connection.execute(sql.SQL(like).format(copy, name))
        meter.wait_for_quiet()
        checkpoint(place)
        before = meter.now()
        _copy_in(connection, copy, file)
        spent = meter.now().minus(before)
    connection.execute(sql.SQL("DROP TABLE {}").format(copy))
    return Bare(table, "disclosure" if table.startswith(DISCLOSED) else part, count, spent)


def _copy_out(
    connection: "psycopg.Connection[Any]", name: sql.Identifier, blocks: tuple[int, int], file: IO[bytes]
) -> int:
    first, end = (sql.Literal(f"({block},0)") for block in blocks)
    statement = sql.SQL("COPY (SELECT * FROM {} WHERE ctid >= {}::tid AND ctid < {}::tid) TO STDOUT")
    with connection.cursor() as cursor:
        with cursor.copy(statement.format(name, first, end)) as copy:
            for block in copy:
                file.write(block)
        file.seek(0)
        return cursor.rowcount


def _copy_in(connection: "psycopg.Connection[Any]", name: sql.Identifier, file: IO[bytes]) -> None:
    with connection.cursor() as cursor, cursor.copy(sql.SQL("COPY {} FROM STDIN").format(name)) as copy:
        while block := file.read(BLOCK_BYTES):
            copy.write(block)


def _instruction(place: Place, connection: "psycopg.Connection[Any]", meter: Meter, rows: int) -> Bare:
    """COPY OUT of what the instruction's file needs: the product's own join over the whole first request."""
    request = connection.execute(_FIRST_REQUEST).fetchone()
    assert request is not None, "there is no request"
    given = dict(zip(("request_id", "fiscal_year", "first_id", "last_id"), request, strict=True))
    text = statements.text("banking/instruction_lines")
    meter.wait_for_quiet()
    checkpoint(place)
    before = meter.now()
    with connection.cursor() as cursor, cursor.copy(f"COPY ({text}) TO STDOUT", given) as copy:
        for _ in copy:
            pass
    return Bare("instruction lines, out", "out", rows, meter.now().minus(before))


_FIRST_REQUEST = """
    SELECT request_id, fiscal_year, min(id), max(id) FROM payments_payment
    WHERE request_id = (SELECT max(id) FROM payments_paymentrequest WHERE kind = 'first')
    GROUP BY request_id, fiscal_year
"""


def checkpoint(place: Place) -> bool:
    """Write out what the run left in memory, so that it does not count here; only on a server of our own."""
    if place.superuser_url is None:
        return False
    with psycopg.connect(place.superuser_url, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
    return True


def sum_of(bare: list[Bare], part: str) -> Spent:
    """What all bare copies of a part took together."""
    total = Spent()
    for one in bare:
        if one.part == part:
            total = total.plus(one.spent)
    return total
