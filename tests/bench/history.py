"""Earlier payments, so that the run meets tables and indexes of the size that years of paying leave behind.

Closed batches of the years 2023 to 2026, ten cycles a year, written by the set behind the application's back: no
triggers, no foreign keys, indexes built afterwards. Ids, people, cards, amounts and sizes are real, sealed values are
noise; everything was credited. It does not pass ``verify``, and is not meant to: the book has no decisions for it.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
import psycopg
from psycopg import sql

from tests.bench.bank_process import OPENING_FEN
from tests.bench.place import COUNTY_CODE, Place

YEARS = (2023, 2024, 2025, 2026)
CYCLES_A_YEAR = 10
CYCLES = len(YEARS) * CYCLES_A_YEAR
# Ids of the few rows (rosters, batches …) begin here, beyond those that preparing has used.
HEADS_FROM = 1_000
HEADS_UNTIL = 5_000
CELLS_BYTES = 360

# What stands in a column that nothing is said about, by its type; columns that may be NULL or have a default stay so.
FILLERS = {
    "bigint": "0", "integer": "0", "smallint": "0", "boolean": "false", "character varying": "''", "text": "''",
    "timestamp with time zone": "now()", "date": "current_date", "bytea": "''::bytea", "jsonb": "'{}'::jsonb",
    "ARRAY": "'{}'",
}  # fmt: skip
ONE = "'519999000000'"
HEADS: dict[str, dict[str, str]] = {
    "catalog_cycle": {
        "no": "'P01-' || h.label", "state": "'opened'", "area_code": ONE, "label": "h.label", "fiscal_year": "h.year",
        "starts_on": "h.day", "ends_on": "h.day + 27", "roster_due_on": "h.day + 10", "pay_due_on": "h.day + 20",
        "notice_days": "7", "paying_mode": "'department'", "rate_fen": "9530", "agency_id": "h.agency", "program_id": "h.program",
    },
    "rosters_roster": {
        "no": "'R-519999-P01-' || h.label || '-01'", "case_no": "'R-519999-P01-' || h.label || '-01'", "count": "h.per",
        "total_fen": "h.total", "state": "'completed'", "digest": "h.digest", "area_code": ONE, "agency_id": "h.agency",
        "cycle_id": "h.id", "program_id": "h.program",
    },
    "rosters_matchround": {"round_no": "1", "roster_id": "h.id", "matched_by_id": "h.official"},
    "notices_publicnotice": {
        "roster_id": "h.id", "posted_on": "h.day", "until_on": "h.day + 8", "count": "h.per", "total_fen": "h.total",
        "state": "'sealed'", "digest": "h.digest", "area_code": ONE, "agency_id": "h.agency",
    },
    "batches_rosteracceptance": {
        "roster_id": "h.id", "notice_id": "h.id", "cycle_id": "h.id", "batch_id": "h.id", "state": "'accepted'",
        "digest": "h.digest", "area_code": ONE, "agency_id": "h.agency",
    },
    "batches_batchroster": {
        "batch_id": "h.id", "roster_id": "h.id", "acceptance_id": "h.id", "roster_digest": "h.digest", "count": "h.per",
        "total_fen": "h.total",
    },
    "batches_paymentbatch": {
        "no": "'PB-519999-P01-' || h.label || '-01'", "case_no": "'PB-519999-P01-' || h.label || '-01'",
        "fiscal_year": "h.year", "count": "h.per", "total_fen": "h.total", "state": "'approved'", "digest": "h.digest",
        "area_code": ONE, "agency_id": "h.agency", "cycle_id": "h.id", "program_id": "h.program",
    },
    "payments_paymentrequest": {
        "no": "'PB-519999-P01-' || h.label || '-01-R1'", "case_no": "'PB-519999-P01-' || h.label || '-01'", "kind": "'first'",
        "mode": "'department'", "fiscal_year": "h.year", "count": "h.per", "total_fen": "h.total", "state": "'closed'",
        "digest": "h.digest", "area_code": ONE, "agency_id": "h.agency", "batch_id": "h.id",
    },
    "payments_appliedreport": {
        "report_id": "h.id", "line_count": "h.per", "credited_count": "h.per", "credited_fen": "h.total", "request_id": "h.id",
        "applied_at": "h.day + 20", "first_booked_on": "h.day + 20", "last_booked_on": "h.day + 20",
    },
    "banking_bankreport": {
        "report_no": "'H-' || h.id", "kind": "'camt.053.001.08'", "digest": "h.digest", "standing": "'foreign'",
        "row_count": "h.per", "provider_id": "h.provider",
    },
    "banking_bankstatement": {
        "statement_no": "h.id::text", "day": "h.day + 20", "opening_fen": "h.closing + h.total", "closing_fen": "h.closing",
        "debit_count": "h.per", "debit_fen": "h.total", "digest": "h.digest", "report_id": "h.id", "agreement_id": "h.agreement",
    },
    # What was compared and agreed in its day is not gone through again.
    "banking_comparison": {"statement_id": "h.id", "applied_report_id": "h.id", "kind_count": "0"},
}  # fmt: skip
LINES: dict[str, dict[str, str]] = {
    "rosters_rosterline": {
        "roster_id": "l.head", "reading_no": "1", "revision": "1", "row_key": "l.row_key", "row_no": "l.place + 1",
        "cells_sealed": "l.cells", "name": "l.name", "id_index": "l.id_index", "card_index": "l.content",
        "village_code": "l.village", "quantity_micro": "l.amount * 100",
        "rate_fen": "9530", "amount_fen": "l.amount", "standing": "'ok'", "content_index": "l.content",
        "written_by_id": "l.official",
    },
    "rosters_linematch": {
        "roster_id": "l.head", "round_no": "1", "row_key": "l.row_key", "revision": "1", "line_id": "l.id",
        "beneficiary_id": "l.person", "payee_id": "l.person", "card_id": "l.card", "village_code": "l.village",
        "name": "l.name", "quantity_micro": "l.amount * 100", "rate_fen": "9530", "amount_fen": "l.amount", "result": "'matched'",
    },
    "batches_entitlement": {
        "fiscal_year": "l.year", "county_code": ONE, "program_id": "l.program", "cycle_id": "l.head", "batch_id": "l.head",
        "roster_id": "l.head", "row_key": "l.row_key", "line_id": "l.id", "beneficiary_id": "l.person",
        "payee_id": "l.person", "card_id": "l.card", "amount_fen": "l.amount", "kind": "'regular'",
        "village_code": "l.village", "township_code": "left(l.village, 9) || '000'",
    },
    "batches_claim": {
        "fiscal_year": "l.year", "program_id": "l.program", "cycle_id": "l.head", "beneficiary_id": "l.person",
        "kind": "'regular'", "entitlement_id": "l.id", "batch_id": "l.head",
    },
    "payments_payment": {
        "fiscal_year": "l.year", "county_code": ONE, "entitlement_id": "l.id", "attempt": "1", "request_id": "l.head",
        "payee_id": "l.person", "card_id": "l.card", "amount_fen": "l.amount", "end_to_end_id": "'E' || l.id || '-1'",
    },
    "payments_paymentoutcome": {
        "fiscal_year": "l.year", "payment_id": "l.id", "request_id": "l.head", "applied_report_id": "l.head", "sequence": "1",
        "result": "'credited'", "amount_fen": "l.amount", "bank_reference": "'RE' || l.id || '-1'", "booked_on": "l.day",
    },
    "banking_statementline": {
        "statement_id": "l.head", "line_no": "l.place", "side": "'debit'", "amount_fen": "l.amount",
        "bank_reference": "'RE' || l.id || '-1'", "end_to_end_id": "'E' || l.id || '-1'",
        "message_id": "'YK519999-' || to_char(l.day, 'YYYYMMDD') || '-' || l.head || '-1'", "booked_on": "l.day",
    },
}  # fmt: skip

# What is added up once and kept, as the functions do it that the history goes around.
KEPT = (
    "SELECT rosters_write_totals(id, 1) FROM rosters_roster WHERE id BETWEEN %s AND %s",
    "SELECT batches_write_townships(id) FROM batches_paymentbatch WHERE id BETWEEN %s AND %s",
)


def write(place: Place, payments: int) -> None:
    """Write about ``payments`` earlier payments, then VACUUM ANALYZE. People, cards, program and provider stand already."""
    with psycopg.connect(
        place.superuser_url or place.where.owner_url, dbname=place.where.name, autocommit=True
    ) as connection:
        _behind_the_back(connection)
        heads = _make_sources(connection, payments)
        assert heads * CYCLES >= payments, (heads, payments)
        for table, columns in HEADS.items():
            _insert(connection, table, columns, "bench_head AS h", "h.id")
        with _without_indexes(connection):
            for table, columns in LINES.items():
                for head in range(HEADS_FROM, HEADS_FROM + CYCLES):
                    _insert(connection, table, columns, f"bench_line({head}) AS l", "l.id")
        _move_sequences(connection)
        connection.execute("DROP FUNCTION bench_line(bigint)")
        connection.execute("DROP TABLE bench_head, bench_payee")
        connection.execute("VACUUM (ANALYZE)")
        for kept in KEPT:
            connection.execute(kept, [HEADS_FROM, HEADS_FROM + CYCLES - 1])


def _behind_the_back(connection: "psycopg.Connection[Any]") -> None:
    try:
        connection.execute("SET session_replication_role = replica")
    except psycopg.errors.InsufficientPrivilege as error:
        raise click.UsageError(
            "--history needs a superuser of the database server, to write without triggers"
        ) from error
    connection.execute("SET synchronous_commit = off")
    connection.execute("SET maintenance_work_mem = '512MB'")


def _make_sources(connection: "psycopg.Connection[Any]", payments: int) -> int:
    """Tables of the payees and of the cycles, and a function for the lines of one; returns the number of payees."""
    given = {
        "per": max(payments // CYCLES, 1), "from": HEADS_FROM, "years": list(YEARS), "months": CYCLES_A_YEAR,
        "closing": OPENING_FEN, "county": COUNTY_CODE,
    }  # fmt: skip
    connection.execute(_PAYEES)
    connection.execute(psycopg.ClientCursor(connection).mogrify(_CYCLES, given))
    connection.execute("ANALYZE bench_payee")
    noise = {"cells": secrets.token_bytes(CELLS_BYTES)}
    connection.execute(psycopg.ClientCursor(connection).mogrify(_LINES_OF, given | noise))
    found = connection.execute("SELECT count(*) FROM bench_payee").fetchone()
    assert found is not None
    return int(found[0])


_PAYEES = """
    CREATE TABLE bench_payee AS
    SELECT row_number() OVER (ORDER BY person.id) - 1 AS n, person.id AS person, card.id AS card, person.id_index,
           person.name, person.village_code AS village
    FROM registry_household AS household
    INNER JOIN registry_person AS person ON person.id = household.head_id
    INNER JOIN registry_card AS card ON card.person_id = person.id
"""
_CYCLES = """
    CREATE TABLE bench_head AS
    SELECT %(from)s::bigint + number AS id, number, year, year || '-' || to_char(month, 'FM00') AS label,
           make_date(year, month, 1) AS day, %(per)s::bigint AS per, %(per)s::bigint * 30000 AS total,
           %(closing)s::bigint AS closing, encode(sha256(number::text::bytea), 'hex') AS digest,
           program.id AS program, program.department_id AS agency, agreement.id AS agreement,
           agreement.provider_id AS provider, (SELECT min(id) FROM core_official) AS official
    FROM (
        SELECT year, month, row_number() OVER (ORDER BY year, month) - 1 AS number
        FROM unnest(%(years)s::integer[]) AS year CROSS JOIN generate_series(1, %(months)s) AS month
    ) AS cycle
    CROSS JOIN (SELECT * FROM catalog_program WHERE code = 'P01') AS program
    INNER JOIN banking_serviceagreement AS agreement ON agreement.agency_id = program.department_id
"""
_LINES_OF = """
    CREATE FUNCTION bench_line(wanted bigint) RETURNS TABLE (
        id bigint, place bigint, head bigint, year integer, day date, program bigint, official bigint, person bigint,
        card bigint, id_index bytea, name text, village text, row_key text, amount bigint, cells bytea, content bytea
    )
    LANGUAGE sql STABLE AS $$
        SELECT h.number * h.per + place.n + 1, place.n + 1, h.id, h.year, h.day + 20, h.program, h.official, payee.person,
               payee.card, payee.id_index, payee.name, payee.village, '1-001-' || to_char(place.n + 2, 'FM0000000'),
               10000 + payee.n %% 50000, %(cells)s::bytea, sha256((h.number * h.per + place.n)::text::bytea)
        FROM bench_head AS h
        CROSS JOIN (SELECT count(*) AS heads FROM bench_payee) AS everybody
        INNER JOIN bench_payee AS payee ON (payee.n + h.number * h.per) %% everybody.heads < h.per
        CROSS JOIN LATERAL (SELECT (payee.n + h.number * h.per) %% everybody.heads AS n) AS place
        WHERE h.id = wanted
        ORDER BY place.n
    $$
"""


def _insert(
    connection: "psycopg.Connection[Any]", table: str, columns: dict[str, str], source: str, identity: str
) -> None:
    """INSERT … SELECT with every column that must have a value; what a later migration adds is filled by its type."""
    chosen = dict(columns)
    for name, kind, nullable, default, is_identity in connection.execute(_COLUMNS, [table]).fetchall():
        if name == "id":
            chosen["id"] = identity
        elif name not in chosen and nullable == "NO" and default is None and is_identity == "NO":
            chosen[name] = FILLERS[kind]
    names = sql.SQL(", ").join(map(sql.Identifier, chosen))
    statement = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}")
    values = sql.SQL(", ").join(map(sql.SQL, chosen.values()))
    connection.execute(statement.format(sql.Identifier(table), names, values, sql.SQL(source)))


_COLUMNS = """
    SELECT column_name, data_type, is_nullable, column_default, is_identity
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER'
"""


@contextmanager
def _without_indexes(connection: "psycopg.Connection[Any]") -> Iterator[None]:
    """Let the line tables' indexes sleep while they are filled, and build them at the end: many times as fast."""
    if connection.info.user != "postgres":
        yield
        return
    found = connection.execute(_LEAVES, [list(LINES)]).fetchall()
    leaves = [name for (name,) in found]
    connection.execute(
        "UPDATE pg_index SET indisready = false, indisvalid = false WHERE indrelid = ANY(%s::regclass[])", [leaves]
    )
    yield
    for name in leaves:
        connection.execute(sql.SQL("REINDEX TABLE {}").format(sql.Identifier(name)))


_LEAVES = """
    SELECT leaf.relname FROM pg_class AS leaf
    LEFT JOIN pg_inherits AS held ON held.inhrelid = leaf.oid
    LEFT JOIN pg_class AS parent ON parent.oid = held.inhparent
    WHERE leaf.relkind = 'r' AND coalesce(parent.relname, leaf.relname) = ANY(%s)
"""


def _move_sequences(connection: "psycopg.Connection[Any]") -> None:
    """The next ids come after those that were written."""
    for table in (*HEADS, *LINES):
        found = connection.execute("SELECT pg_get_serial_sequence(%s, 'id') WHERE EXISTS (SELECT FROM pg_attribute"
                                   " WHERE attrelid = %s::regclass AND attname = 'id')", [table, table]).fetchone()  # fmt: skip
        if found and found[0]:
            newest = sql.SQL("SELECT setval(%s, (SELECT max(id) FROM {}))").format(sql.Identifier(table))
            connection.execute(newest, [found[0]])
