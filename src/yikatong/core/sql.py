"""Set-based statements, one a file: ``<room>/sql/<name>.sql`` with named parameters ``%(name)s``."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import psycopg
from django.db import connection

from .refusals import explained

# So many rows of a frame are put into one piece of text at a time.
COPY_ROWS = 50_000
OBJECT_ROWS = 20_000
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


def connected_besides(**how: Any) -> "psycopg.Connection[Any]":
    """Another connection to the application's database, with all that its address says (as ``sslmode``); for what must be
    seen, or must see, while a transaction is going on."""
    told = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    address = {name: told[django] for name, django in names.items() if told[django]}
    return psycopg.connect(**address, **told["OPTIONS"], **how)


def copy_frame(table: str, frame: pl.DataFrame) -> int:
    """COPY a frame into ``table``, its columns named as the table's; returns the number of rows. Dates, moments, numbers,
    booleans, texts and binaries as they are; null is NULL. By the column: a million rows cost no more calls than ten.
    """
    copy_texts(table, frame.columns, texts_of(frame))
    return frame.height


def texts_of(frame: pl.DataFrame) -> Iterator[bytes]:
    """A frame as COPY takes it in, in pieces; what can be done while the database does something else."""
    binary = [name for name, kind in frame.schema.items() if kind == pl.Binary]
    for part in frame.iter_slices(COPY_ROWS):
        # Every text is quoted, so that an empty one is told from NULL.
        as_hex = part.with_columns((pl.lit("\\x") + pl.col(name).bin.encode("hex")).alias(name) for name in binary)
        # As bytes: as a string it would be decoded only to be encoded again.
        written = io.BytesIO()
        as_hex.write_csv(written, include_header=False, quote_style="non_numeric")
        yield written.getvalue()


def copy_texts(table: str, columns: Sequence[str], texts: Iterable[bytes]) -> None:
    """COPY what ``texts_of`` wrote into ``table``."""
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
    connection.ensure_connection()
    with connection.cursor() as cursor, explained(), cursor.cursor.copy(statement) as copy:
        for text_of_rows in texts:
            copy.write(text_of_rows)


def frames(
    name: str, schema: Mapping[str, Any], *, rows_max: int = COPY_ROWS, **parameters: Any
) -> Iterator[pl.DataFrame]:
    """Stream the named query's rows as frames of at most ``rows_max``; ``schema`` is its columns with their types of Polars.

    At least one frame, maybe empty. Binary columns come back as they were stored. The reader holds one frame at a time.
    """
    statement = f"COPY ({text(name)}) TO STDOUT (FORMAT csv, FORCE_QUOTE *)"
    connection.ensure_connection()
    with connection.cursor() as cursor, explained(), cursor.cursor.copy(statement, parameters) as copy:
        blocks = iter(copy)
        block = b"".join(islice(blocks, rows_max))
        yield _frame(block, schema)
        while block := b"".join(islice(blocks, rows_max)):
            yield _frame(block, schema)


def frame(name: str, schema: Mapping[str, Any], **parameters: Any) -> pl.DataFrame:
    """The named query's rows as one frame, for a part of many rows or a set that fits in memory; ``schema`` as the columns
    come from the database.

    A value costs a quarter of what it costs in ``frames``: COPY sends each row in a message of its own.
    """
    connection.ensure_connection()
    # Django's own cursor would have binaries sent as text of twice their size.
    with psycopg.Cursor(connection.connection) as cursor, connection.wrap_database_errors, explained():
        cursor.execute(text(name), parameters, binary=True)
        # As objects of Python a row takes ten times its room, so only some are made at a time.
        found = [pl.DataFrame(cursor.fetchmany(OBJECT_ROWS), schema=schema, orient="row")]
        while rows_left := cursor.fetchmany(OBJECT_ROWS):
            found.append(pl.DataFrame(rows_left, schema=schema, orient="row"))
    return pl.concat(found)


def _frame(block: bytes, schema: Mapping[str, Any]) -> pl.DataFrame:
    if not block:
        return pl.DataFrame(schema=schema)
    kinds = {name: pl.Schema({name: kind})[name] for name, kind in schema.items()}
    written = {name: pl.String() if kind in (pl.Binary, pl.Boolean) else kind for name, kind in kinds.items()}
    found = pl.read_csv(io.BytesIO(block), has_header=False, schema=written)
    return found.with_columns(
        *(pl.col(name).str.slice(2).str.decode("hex") for name, kind in kinds.items() if kind == pl.Binary),
        *(pl.col(name) == "t" for name, kind in kinds.items() if kind == pl.Boolean),
    )


def reserve_id_series(table: str, count: int) -> pl.Series:
    """As ``reserve_ids``, as a column for whole frames."""
    return frame("core/reserved_ids", {"id": pl.Int64}, table=table, count=count).to_series()


def reserve_ids(table: str, count: int) -> list[int]:
    """Take ``count`` ids of ``table`` in advance, so that values can be sealed to the row they will stand in."""
    with connection.cursor() as cursor:
        cursor.execute(text("core/reserved_ids"), {"table": table, "count": count})
        return [row[0] for row in cursor.fetchall()]
