"""As the application's own role, with raw SQL: nothing is paid without decisions, nothing twice, nothing recorded changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from tests import small_county, whole_run
from yikatong.demo.story import Plot, steps

# What the application may write over or remove, with the reason. Everything else it can at most add to.
MAY_CHANGE = {
    "core_taskrun": "the progress of background work",
    "django_session": "who is signed in",
    "banking_namerow": "staging: cleared once a message is taken in",
    "banking_reportrow": "staging: cleared once a report is applied",
    "banking_statementrow": "staging: cleared once a statement is taken",
    "payments_reportedline": "staging: cleared once a report is applied",
    "payments_statementitem": "staging: cleared once a request is closed",
    "rosters_upload": "files on their way, gone once they are received",
    "rosters_uploadpiece": "pieces of files on their way",
    "site_listexportpiece": "the content of an exported list, removed after some days",
    "site_readmark": "how far somebody has read their messages",
    "site_savedview": "filters that somebody keeps",
    "site_watch": "what somebody keeps an eye on",
    "registry_incomingcard": "staging of a file of cards",
    "registry_incominghousehold": "staging of a file of households",
    "registry_incomingkey": "staging of the keys of a file",
    "registry_incomingperson": "staging of a file of people",
}
MAY_CHANGE_COLUMNS = {
    "core_official": "password and last sign-in",
    "registry_card": "the person of a card, once (trigger), when the registry comes to know them",
    "registry_household": "what a later file mends; rosters keep what they were matched to",
    "registry_person": "what a later file mends; the ID number is kept by trigger",
}
QUEUE = "procrastinate_"
FORBIDDEN, NO_TABLE_RIGHT = "42501", "42501"


def refused(connection: "psycopg.Connection[Any]", statement: str, *parameters: Any) -> str:
    """The SQLSTATE with which the database answers; empty when it let it pass. Nothing stays."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement, parameters or None)
    except psycopg.Error as error:
        return error.sqlstate or "?"
    return ""


@contextmanager
def app(database: Any) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(database.app_url, autocommit=True) as connection:
        yield connection


def column(connection: "psycopg.Connection[Any]", statement: str, *parameters: Any) -> list[Any]:
    return [row[0] for row in connection.execute(statement, parameters or None).fetchall()]


def test_only_a_short_list_of_tables_can_be_written_over(fresh_database):
    with app(fresh_database) as session:
        tables = column(session, _TABLES)
        changeable = column(session, _WITH_RIGHT.format(right="UPDATE, DELETE, TRUNCATE"))
        by_column = column(session, _WITH_COLUMN_RIGHT)
        assert len(tables) > 60
        assert {name for name in changeable if not name.startswith(QUEUE)} == set(MAY_CHANGE)
        extra = {name for name in by_column if not name.startswith(QUEUE)} - set(MAY_CHANGE)
        assert extra == set(MAY_CHANGE_COLUMNS)
        for table in tables:
            if table in MAY_CHANGE or table.startswith(QUEUE):
                continue
            for statement in (
                f'DELETE FROM "{table}"',
                f'TRUNCATE "{table}"',
                f'ALTER TABLE "{table}" DISABLE TRIGGER ALL',
            ):
                assert refused(session, statement) == FORBIDDEN, statement


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id int)", "CREATE TEMP TABLE core_official (id int)", "CREATE SCHEMA mine",
        "CREATE VIEW mine AS SELECT 1", "CREATE FUNCTION core_now() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE EXTENSION dblink",
        "CREATE ROLE mine", "SET ROLE yikatong_kernel", "SET ROLE yikatong_owner", "SET SESSION AUTHORIZATION postgres",
        "SET session_replication_role = replica", "ALTER FUNCTION core_now() SET search_path = pg_temp",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "ALTER TABLE core_decision DISABLE TRIGGER append_only", "DROP TRIGGER append_only ON core_decision",
    ],
)  # fmt: skip
def test_the_application_makes_no_objects_and_becomes_nobody_else(fresh_database, statement):
    with app(fresh_database) as session:
        assert refused(session, statement) in (FORBIDDEN, "22023", "0A000"), statement


def test_kernel_functions_are_pinned_and_owned_by_the_kernel(fresh_database):
    with app(fresh_database) as session:
        functions = session.execute(_DEFINERS).fetchall()
        assert len(functions) > 30
        for name, owner, settings in functions:
            assert owner == "yikatong_kernel", name
            path = next(one for one in settings or () if one.startswith("search_path="))
            assert path == "search_path=public, pg_temp", (name, path)
        assert refused(session, "SELECT set_config('role', 'yikatong_kernel', true)") == FORBIDDEN
        session.execute("GRANT UPDATE ON core_decision TO yikatong_app")  # only a warning: it has nothing to give
        assert refused(session, "UPDATE core_decision SET reason = ''") == FORBIDDEN
        owned = "SELECT count(*) FROM pg_class WHERE relowner = 'yikatong_app'::regrole"
        assert column(session, owned) == [0]
        kernel_logs_in = "SELECT rolcanlogin OR rolsuper FROM pg_roles WHERE rolname = 'yikatong_kernel'"
        assert column(session, kernel_logs_in) == [False]


TAKE = "SELECT core_take('payment_request', %s, %s, %s, core_now(), %s, %s, '')"


def test_nothing_is_paid_without_decisions_of_appointed_officials(fresh_database, tmp_path):
    plot = Plot(townships=(small_county.TOWNSHIP,), county=small_county.make(tmp_path / "county"))
    for step in steps(plot):
        step.take()
    request = plot.request()
    with app(fresh_database) as session:
        _nothing_written_by_hand(session)
        who = dict(session.execute("SELECT username, id FROM core_official").fetchall())

        def release(official: int, version: int = request.version, digest: str = request.digest) -> str:
            return refused(session, TAKE, request.pk, "release_department", official, version, digest)

        assert release(who["nongye.fafang"]) == ""
        assert release(who["nongye.fafang"], version=request.version + 1) == "YK002"
        assert release(who["nongye.fafang"], digest="0" * 64) == "YK003"
        for stranger in ("nongye.jingban", "nongye.shenpi", "tan.fuhe", "fang.guoku", "liuhe.jingban", "system"):
            assert release(who[stranger]) == "YK005", stranger
        assert release(0) == "YK005"
        assert refused(session, TAKE, request.pk, "verify", who["tan.fuhe"], request.version, request.digest) == "YK004"
        for kind in ("send", "reissue", "credit", "fail", "return", "recover", "refund"):
            assert (
                refused(session, "SELECT ledger_post(%s, %s, %s, core_now())", kind, request.pk, who["system"])
                == "YK030"
            )
        outcomes = "SELECT payments_record_outcomes(%s, 1, %s, core_now())"
        assert refused(session, outcomes, request.pk, who["system"]) in ("YK005", "YK064")
        with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
            _posts_end(owner, who, release)


def _nothing_written_by_hand(session: "psycopg.Connection[Any]") -> None:
    kernel_only = (
        "payments_payment", "payments_paymentoutcome", "payments_paymentrequest", "payments_outcomeclaim",
        "payments_refund", "payments_appliedreport", "payments_statementmatch", "batches_entitlement", "batches_claim",
        "batches_batchtownship", "disclosure_paidvillage", "registry_cardfigure", "registry_unpayable", "rosters_matchtotal",
        "rosters_cyclecomparison", "rosters_cycledifference", "rosters_changedperson",
        "payments_recovery", "payments_recoveryreceipt", "payments_lateline", "payments_lateclaim", "payments_monthend",
        "payments_monthendline", "payments_reinstatement",
        "batches_paymentbatch", "core_decision", "core_auditevent", "core_appointment", "core_workflowstep",
        "core_rolepermission", "ledger_transfer", "ledger_balance", "ledger_transferrule",
        "banking_paymentinstruction", "banking_instructionevent", "banking_instructionmanifest",
        "banking_serviceagreement", "banking_yearcount", "banking_yearcountline", "core_clockoffset",
    )  # fmt: skip
    for table in kernel_only:
        assert refused(session, f"INSERT INTO {table} DEFAULT VALUES") == NO_TABLE_RIGHT, table


def _posts_end(owner: "psycopg.Connection[Any]", who: dict[str, int], release: Any) -> None:
    """Whoever left, is switched off, or did another part of the case before, does not release."""
    cashier, clerk = who["nongye.fafang"], who["nongye.jingban"]
    owner.execute("UPDATE core_official SET is_active = false WHERE id = %s", [cashier])
    assert release(cashier) == "YK005"
    owner.execute("UPDATE core_official SET is_active = true WHERE id = %s", [cashier])
    yesterday = "(core_now() AT TIME ZONE 'Asia/Shanghai')::date - 1"
    owner.execute(f"UPDATE core_appointment SET valid_to = {yesterday} WHERE official_id IN (%s, %s)", [cashier, clerk])
    assert release(cashier) == "YK005"
    owner.execute(
        "INSERT INTO core_appointment (official_id, role, agency_id, area_id, valid_from)"
        f" SELECT %s, role, agency_id, area_id, {yesterday} + 1 FROM core_appointment WHERE official_id = %s",
        [clerk, cashier],
    )
    assert release(clerk) == "YK006"


def test_nothing_is_paid_twice(fresh_database, tmp_path):
    whole_run.play(fresh_database, tmp_path)
    with app(fresh_database) as session:
        who = dict(session.execute("SELECT username, id FROM core_official").fetchall())
        clerk, system = who["nongye.jingban"], who["system"]
        ((batch, batch_digest),) = session.execute("SELECT id, digest FROM batches_paymentbatch").fetchall()
        requests = session.execute("SELECT id, version, digest FROM payments_paymentrequest ORDER BY id").fetchall()
        file = "SELECT payments_file(%s, %s, %s, core_now())"
        assert refused(session, file, batch, batch_digest, clerk) == "YK002"
        for request, version, digest in requests:
            assert (
                refused(session, TAKE, request, "release_department", who["nongye.fafang"], version, digest) == "YK004"
            )
            assert refused(session, TAKE, request, "close", system, version, digest) == "YK004"
        before = column(session, "SELECT to_jsonb(b) FROM ledger_balance AS b ORDER BY account_id")
        for kind, fact in session.execute("SELECT kind, ground_id FROM ledger_transfer").fetchall():
            session.execute("SELECT ledger_post(%s, %s, %s, core_now())", [kind, fact, system])
        assert column(session, "SELECT to_jsonb(b) FROM ledger_balance AS b ORDER BY account_id") == before
        for instruction in column(session, "SELECT id FROM banking_paymentinstruction"):
            again = "SELECT banking_begin_sending(%s, %s, core_now(), clock_timestamp())"
            assert refused(session, again, instruction, system) == "YK070"
        seal = "SELECT banking_seal(%s, 1, '[]', %s, core_now())"
        assert refused(session, seal, requests[0][0], system) == "YK070"
        claimed = column(session, "SELECT outcome_id FROM payments_outcomeclaim ORDER BY 1")
        assert len(claimed) >= 2
        for outcome in claimed:
            reissue = "SELECT payments_file_reissue(%s, %s, %s, core_now(), '')"
            assert refused(session, reissue, batch, [outcome], clerk) == "YK061"
            assert refused(session, reissue, batch, [outcome, outcome], clerk) == "YK061"
            refund = "SELECT payments_prepare_refund(%s, 'uncorrectable', %s, 'X-1', %s, core_now(), '')"
            assert refused(session, refund, batch, [outcome], clerk) == "YK067"
        _a_forged_answer_moves_nothing(session, requests[0][0], system)


def _a_forged_answer_moves_nothing(session: "psycopg.Connection[Any]", request: int, system: int) -> None:
    """A result against one that stands becomes an exception to look at, never a second result."""
    ((name, fen),) = session.execute(
        "SELECT end_to_end_id, amount_fen FROM payments_paymentstate WHERE state = 'credited'"
        " AND request_id = %s ORDER BY 1 LIMIT 1",
        [request],
    ).fetchall()
    with session.transaction(force_rollback=True):
        count = column(session, "SELECT count(*) FROM payments_paymentoutcome")
        session.execute(
            "INSERT INTO payments_reportedline (report_id, line_no, end_to_end_id, result, amount_fen)"
            " VALUES (999999, 1, %s, 'failed', %s)",
            [name, fen],
        )
        session.execute("SELECT payments_record_outcomes(%s, 999999, %s, core_now())", [request, system])
        assert column(session, "SELECT count(*) FROM payments_paymentoutcome") == count
        assert column(session, "SELECT kind FROM payments_paymentexception") == ["contradiction"]


_TABLES = """
SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""
_WITH_RIGHT = _TABLES + " AND has_table_privilege('yikatong_app', c.oid, '{right}')"
_WITH_COLUMN_RIGHT = _TABLES + " AND has_any_column_privilege('yikatong_app', c.oid, 'UPDATE')"
_DEFINERS = """
SELECT p.proname, pg_get_userbyid(p.proowner), p.proconfig FROM pg_proc AS p
JOIN pg_namespace AS n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND p.prosecdef
"""
