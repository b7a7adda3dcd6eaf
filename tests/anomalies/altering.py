"""The hand behind the application's back: alters, deletes and doubles single rows, each in a savepoint of its own.

Works as the owner with the tables' own triggers switched off, inside one transaction that is rolled back. Foreign keys,
CHECK and UNIQUE still stand; where they refuse every way of altering a value, that is an answer too.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, connection, transaction

from yikatong.core import proofs

OTHERS_TRIED = 4
REFUSED = "refused by the database"


@dataclass(frozen=True)
class Column:
    """A column with what its table demands of it."""

    table: str
    name: str
    kind: str
    parent: str
    words: tuple[str, ...]


class Altering:
    """Finds out which check notices an alteration."""

    def __init__(self) -> None:
        self._checks = proofs.checks()
        self._columns = _columns()

    def columns(self, table: str) -> list[Column]:
        """The table's columns in their order."""
        return [column for column in self._columns if column.table == table]

    def alter(self, column: Column) -> Iterator[tuple[str, str | None]]:
        """(what was done, name of the check that found it, REFUSED, or None) for some rows and values of a column."""
        for label, row in _rows(column):
            answers = []
            for value in _values(column, label):
                change = f"UPDATE {column.table} SET {column.name} = {value} WHERE {row} AND {value} IS DISTINCT FROM {column.name}"
                answers.append(self._answer(column.table, change))
                if answers[-1] != REFUSED:
                    break
            if answers:
                yield f"{column.table}.{column.name}: {change}", answers[-1]

    def delete(self, table: str) -> Iterator[tuple[str, str | None]]:
        """As ``alter``: the table's first and last row goes."""
        for _, row in _ends(table, "true"):
            yield f"{table}: DELETE WHERE {row}", self._answer(table, f"DELETE FROM {table} WHERE {row}")

    def double(self, table: str) -> Iterator[tuple[str, str | None]]:
        """As ``alter``: the table's first and last row once more, under a number of its own."""
        names = [column.name for column in self.columns(table)]
        values = [f"(SELECT max(id) + 1 FROM {table})" if name == "id" else name for name in names]
        for _, row in _ends(table, "true"):
            again = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE {row}"
            yield f"{table}: twice WHERE {row}", self._answer(table, again)

    def _answer(self, table: str, change: str) -> str | None:
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute(change)
                    if cursor.rowcount == 0:  # there is no such other value
                        return REFUSED
                found = self._first_finding(table)
                transaction.set_rollback(True)
        except DatabaseError:
            return REFUSED
        return found

    def _first_finding(self, table: str) -> str | None:
        # A check that reads the table most likely finds it; the last one that did goes first next time.
        self._checks.sort(key=lambda check: table not in check.statement)
        with connection.cursor() as cursor:
            for place, check in enumerate(self._checks):
                try:
                    with transaction.atomic():
                        cursor.execute(check.statement)
                        finding = cursor.fetchone()
                except DatabaseError:
                    finding = ("a row that cannot even be read",)
                if finding:
                    self._checks.insert(0, self._checks.pop(place))
                    return check.name
        return None


@contextmanager
def behind_its_back(tables: list[str]) -> Iterator[Altering]:
    """Triggers of the tables are off for as long as this lasts; nothing of it stays."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield Altering()
        transaction.set_rollback(True)


def tables() -> set[str]:
    """Every table of the database; of a partitioned one the whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition"
        )
        return {name for (name,) in cursor.fetchall()}


def _rows(column: Column) -> Iterator[tuple[str, str]]:
    """First and last row with a value, one that becomes NULL where it may, one without a value."""
    yield from _ends(column.table, f"{column.name} IS NOT NULL")
    yield from [("to null", row) for _, row in _ends(column.table, f"{column.name} IS NOT NULL")][:1]
    yield from [("from null", row) for _, row in _ends(column.table, f"{column.name} IS NULL")][:1]


def _ends(table: str, condition: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT min((tableoid::bigint, ctid)::text), max((tableoid::bigint, ctid)::text) FROM"
            f" (SELECT tableoid, ctid FROM {table} WHERE {condition}) AS t"
        )
        ends = {one for one in cursor.fetchone() if one is not None}
    rows = []
    for end in sorted(ends):
        oid, ctid = re.fullmatch(r'\((\d+),"(.+)"\)', end).groups()  # type: ignore[union-attr]
        rows.append(("a value", f"tableoid = {oid} AND ctid = '{ctid}'"))
    return rows


def _values(column: Column, label: str) -> list[str]:
    """SQL for values that differ from the row's own, the lawful looking ones first."""
    name = column.name
    if label == "to null":
        return ["NULL"]
    others = _others(column)
    words = [f"'{word}'" for word in column.words]
    if label == "from null":
        made = {
            "bytea": "'\\x01'",
            "date": "DATE '2026-01-01'",
            "timestamptz": "now()",
            "jsonb": "'{}'",
            "bool": "true",
        }
        return [*others, *words, made.get(column.kind, "'1'")]
    lawful = [f"CASE WHEN {name} IS DISTINCT FROM {one} THEN {one} END" for one in [*others, *words]]
    changed = {
        "bool": f"NOT {name}",
        "date": f"{name} + 1",
        "timestamptz": f"{name} + interval '1 day'",
        "jsonb": f"CASE jsonb_typeof({name}) WHEN 'object' THEN {name} || '{{\"altered\": 1}}' ELSE '[\"altered\"]' END",
        "bytea": f"CASE WHEN {name} = '' THEN '\\x01' ELSE set_byte({name}, 0, (get_byte({name}, 0) + 1) % 256) END",
    }.get(column.kind)
    if column.kind in ("int2", "int4", "int8", "numeric"):
        changed = f"{name} + 1"
    if changed is None:
        changed = f"CASE right({name}, 1) WHEN '1' THEN left({name}, -1) || '2' ELSE left({name}, -1) || '1' END"
    plain = [changed] if not column.parent else []
    return [*plain, *lawful] if not column.words else [*lawful, *plain]


def _others(column: Column) -> list[str]:
    """Other rows of the table that a foreign key points at; for everything else none."""
    if not column.parent:
        return []
    table, key = column.parent.split(".")
    return [
        f"(SELECT {key} FROM {table} AS other WHERE other.{key} IS DISTINCT FROM {column.table}.{column.name}"
        f" ORDER BY 1 OFFSET {place} LIMIT 1)"
        for place in range(OTHERS_TRIED)
    ]


def _columns() -> list[Column]:
    with connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        return [
            Column(table, name, kind, parent or "", tuple(re.findall(r"'([a-z_]+)'::", checks or "")))
            for table, name, kind, parent, checks in cursor.fetchall()
        ]


_COLUMNS = """
SELECT c.relname, quote_ident(a.attname), t.typname,
    (SELECT format('%s.%s', parent.relname, key.attname) FROM pg_constraint AS k
     JOIN pg_class AS parent ON parent.oid = k.confrelid
     JOIN pg_attribute AS key ON key.attrelid = k.confrelid AND key.attnum = k.confkey[array_position(k.conkey, a.attnum)]
     WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey) AND k.conparentid = 0
     ORDER BY cardinality(k.conkey) LIMIT 1),
    (SELECT string_agg(pg_get_constraintdef(k.oid), ' ') FROM pg_constraint AS k
     WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.conkey = ARRAY[a.attnum])
FROM pg_class AS c
JOIN pg_namespace AS n ON n.oid = c.relnamespace AND n.nspname = 'public'
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type AS t ON t.oid = a.atttypid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition
ORDER BY c.relname, a.attnum
"""
