"""Set-based statements, one a file: ``<room>/sql/<name>.sql`` with named parameters ``%(name)s``."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from .refusals import explained

ROOMS = Path(__file__).resolve().parent.parent


@cache
def text(name: str) -> str:
    """The statement ``room/statement``; raises FileNotFoundError if there is none."""
    room, statement = name.split("/", 1)
    return (ROOMS / room / "sql" / f"{statement}.sql").read_text(encoding="utf-8")


def run(name: str, **parameters: Any) -> int:
    """Execute the named statement and return how many rows it touched. Raises Refused for the database's own no."""
    with connection.cursor() as cursor, explained():
        cursor.execute(text(name), parameters)
        touched: int = cursor.rowcount
        return touched


def rows(name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Execute the named statement and return its rows as dicts. For few rows; stream many with ``copy_out``."""
    with connection.cursor() as cursor, explained():
        cursor.execute(text(name), parameters)
        columns = [column.name for column in cursor.description or ()]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def one(name: str, **parameters: Any) -> dict[str, Any]:
    """Execute the named statement, which returns exactly one row."""
    found = rows(name, **parameters)
    assert len(found) == 1, (name, len(found))
    return found[0]


def call(function: str, *arguments: Any) -> Any:
    """Call a database function and return its value. Raises Refused for the database's own no."""
    places = ", ".join(["%s"] * len(arguments))
    with connection.cursor() as cursor, explained():
        cursor.execute(f"SELECT {function}({places})", arguments)
        row = cursor.fetchone()
        return row[0] if row else None


@contextmanager
def copy_in(table: str, columns: Sequence[str]) -> Iterator["psycopg.Copy"]:
    """COPY rows into ``table``; yields psycopg's Copy with ``write_row``."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN"
    connection.ensure_connection()
    with connection.cursor() as cursor, explained(), cursor.cursor.copy(statement) as copy:
        yield copy


def reserve_ids(table: str, count: int) -> list[int]:
    """Take ``count`` ids of ``table`` in advance, so that values can be sealed to the row they will stand in."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            (table, count),
        )
        return [row[0] for row in cursor.fetchall()]
