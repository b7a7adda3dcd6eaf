"""What the database refuses by itself about money: raw SQL as the application's role, and altered rows."""

import threading

import psycopg
import pytest

from yikatong.batches.tests.world import World
from yikatong.core.refusals import Refused
from yikatong.funding import actions

from .money import allot, apply, decide, drawn, planned

FORBIDDEN = (
    "UPDATE funding_allotment SET amount_fen = 1",
    "DELETE FROM funding_allotment",
    "UPDATE funding_cashplan SET state = 'approved'",
    "UPDATE funding_drawdown SET state = 'made'",
    "UPDATE ledger_balance SET in_fen = 0",
    "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer",
)
ALLOTMENT = "program_id, fiscal_year, source, document_no, amount_fen"
DRAFTS = (
    ("allot", "funding_allotment", ALLOTMENT, "{program}, 2026, 'central', 'x', 1"),
    ("plan", "funding_cashplan", "batch_id, declared_fen", "{batch}, 1"),
    ("draw", "funding_drawdown", "cash_plan_id, voucher_no, amount_fen", "{plan}, 'x', 1"),
)


def test_the_application_may_not_change_a_fact(world: World) -> None:
    planned(world)
    with world.app() as connection:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_a_row_begins_as_a_draft_and_vouches_for_nothing(world: World) -> None:
    batch, plan = planned(world)
    agency = world.as_("department_clerk").post.agency_id
    for kind, table, columns, values in DRAFTS:
        told = values.format(program=world.ids["program"], batch=batch.pk, plan=plan.pk)
        rest = ", version, digest, case_no, area_code, agency_id"
        statement = f"INSERT INTO {table} ({columns}, state{rest}) VALUES ({told}, %s, 0, '', '', '', %s) RETURNING id"
        with world.app() as connection:
            with pytest.raises(psycopg.DatabaseError, match="只能从"):
                connection.execute(statement, ["approved", agency])
            row = connection.execute(statement, ["drafted", agency]).fetchone()
            assert row is not None
            with pytest.raises(psycopg.DatabaseError, match="没有依据"):
                connection.execute(
                    "SELECT ledger_post(%s, %s, %s, now())", [kind, row[0], world.official("finance_approver")]
                )


def test_a_plan_and_a_drawdown_take_case_digest_and_amount_from_above(world: World) -> None:
    batch, plan = planned(world)
    with world.app() as connection:
        row = connection.execute(
            "INSERT INTO funding_drawdown (cash_plan_id, voucher_no, amount_fen, state, version, digest, case_no,"
            " area_code, agency_id) VALUES (%s, 'V', 1, 'drafted', 0, '', '', '', 1)"
            " RETURNING amount_fen, digest, case_no",
            [plan.pk],
        ).fetchone()
    assert row == (100_00, batch.digest, batch.no)


TABLES = ("funding_allotment", "funding_cashplan", "funding_drawdown")
_REST = "state, version, digest, case_no, area_code, agency_id"
TWICE = {
    "allotment": f"INSERT INTO funding_allotment (program_id, fiscal_year, source, document_no, amount_fen, {_REST})"
    f" SELECT program_id, fiscal_year, source, document_no, amount_fen, {_REST} FROM funding_allotment",
    "cashplan": f"INSERT INTO funding_cashplan (batch_id, declared_fen, {_REST})"
    f" SELECT batch_id, declared_fen, {_REST} FROM funding_cashplan",
    "drawdown": f"INSERT INTO funding_drawdown (cash_plan_id, voucher_no, amount_fen, {_REST})"
    f" SELECT cash_plan_id, 'V-2', amount_fen, {_REST} FROM funding_drawdown",
}


CONSTRAINTS = (
    ("UPDATE funding_allotment SET amount_fen = 0", "allotment_is_positive"),
    ("UPDATE funding_allotment SET document_no = ''", "allotment_names_its_document"),
    ("UPDATE funding_allotment SET source = 'moon'", "allotment_source_is_known"),
    ("UPDATE funding_cashplan SET declared_fen = 0", "plan_declares_something"),
    ("UPDATE funding_drawdown SET amount_fen = 0", "drawdown_is_positive"),
    ("UPDATE funding_drawdown SET voucher_no = ''", "drawdown_names_its_voucher"),
    (TWICE["allotment"], "a_document_allots_once"),
    (TWICE["cashplan"], "one_live_plan_a_batch"),
    (TWICE["drawdown"], "a_plan_is_drawn_once"),
)


def test_a_constraint_holds_even_for_the_owner(world: World) -> None:
    drawn(world)
    for statement, constraint in CONSTRAINTS:
        with world.connection.transaction(force_rollback=True):
            for table in TABLES:
                world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            with pytest.raises(psycopg.IntegrityError) as refused, world.connection.transaction():
                world.run(statement)
            assert refused.value.diag.constraint_name == constraint


@pytest.mark.tampers
def test_a_voucher_is_used_once_in_a_county(world: World) -> None:
    plan = drawn(world)
    world.run("ALTER TABLE funding_drawdown DISABLE TRIGGER USER")
    world.run("ALTER TABLE funding_cashplan DISABLE TRIGGER USER")
    other = world.insert(
        "funding_cashplan",
        batch_id=plan.batch_id,
        declared_fen=1,
        state="sent_back",
        version=0,
        digest="",
        case_no="",
        area_code="",
        agency_id=plan.agency_id,
    )
    with pytest.raises(psycopg.IntegrityError, match="a_voucher_is_used_once"):
        world.run(TWICE["drawdown"].replace("SELECT cash_plan_id, 'V-2'", f"SELECT {other}, 'V-1'"))


def test_facts_stay_even_for_the_owner(world: World) -> None:
    drawn(world)
    for table in TABLES:
        for statement in (f"UPDATE {table} SET area_code = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(psycopg.DatabaseError) as refused:
                world.run(statement)
            assert refused.value.sqlstate == "YK020"


@pytest.mark.tampers
def test_an_altered_allotment_is_not_confirmed(world: World) -> None:
    allotment = allot(world, 500_00, confirmed=False)
    world.run("ALTER TABLE funding_allotment DISABLE TRIGGER USER")
    world.run("UPDATE funding_allotment SET amount_fen = amount_fen * 10")
    with pytest.raises(Refused, match="被改动过"):
        actions.decide_allotment(
            "confirm",
            allotment=allotment,
            by=world.as_("finance_approver"),
            at=world.at,
            seen_version=allotment.version,
            seen_digest=allotment.digest,
        )


@pytest.mark.tampers
def test_an_altered_entitlement_stops_the_plan(world: World) -> None:
    allot(world, 500_00)
    plan = apply(world, world.approved(100_00), 100_00)
    decide(world, plan, "verify")
    world.run("ALTER TABLE batches_entitlement DISABLE TRIGGER USER")
    world.run("UPDATE batches_entitlement SET amount_fen = amount_fen + 1")
    with pytest.raises(Refused, match="三方金额不一致"):
        decide(world, plan, "approve")
    world.run("UPDATE batches_entitlement SET amount_fen = amount_fen - 1, village_code = '519999100202'")
    with pytest.raises(Refused, match="指纹不一样"):
        decide(world, plan, "approve")


SIGNATURES = (
    *(
        f"DELETE FROM core_decision WHERE flow = 'payment_batch' AND verb = '{verb}'"
        for verb in ("assemble", "review", "approve")
    ),
    *(f"DELETE FROM core_decision WHERE flow = 'cash_plan' AND verb = '{verb}'" for verb in ("apply", "verify")),
    "UPDATE core_decision SET digest = repeat('a', 64) WHERE flow = 'payment_batch' AND verb = 'review'",
    # One official under two of the signatures.
    """
    UPDATE core_decision SET official_id = (
        SELECT other.official_id FROM core_decision AS other WHERE other.flow = 'payment_batch' AND other.verb = 'approve'
    ) WHERE flow = 'payment_batch' AND verb = 'review'
    """,
)


def test_money_does_not_move_without_each_signature_of_different_officials(world: World) -> None:
    allot(world, 500_00)
    plan = apply(world, world.approved(100_00), 100_00)
    decide(world, plan, "verify")
    approver = world.official("finance_approver")
    for statement in SIGNATURES:
        with world.connection.transaction(force_rollback=True):
            world.run("ALTER TABLE core_decision DISABLE TRIGGER USER")
            world.run(statement)
            world.run(
                "SELECT core_take('cash_plan', %s, 'approve', %s, now(), %s, %s, '')",
                plan.pk,
                approver,
                plan.version,
                plan.digest,
            )
            with pytest.raises(psycopg.DatabaseError, match="没有依据"), world.connection.transaction():
                world.run("SELECT ledger_post('plan', %s, %s, now())", plan.pk, approver)


BEHIND = (
    "UPDATE funding_allotment SET amount_fen = amount_fen + 1",
    "UPDATE funding_allotment SET state = 'recorded'",
    "UPDATE funding_cashplan SET declared_fen = declared_fen + 1",
    "UPDATE funding_cashplan SET digest = repeat('a', 64)",
    "UPDATE funding_cashplan SET state = 'sent_back'",
    "UPDATE funding_drawdown SET amount_fen = amount_fen + 1",
    "UPDATE funding_drawdown SET state = 'drafted'",
    "UPDATE funding_drawdown SET version = 7",
    "DELETE FROM funding_drawdown",
)


def test_verify_finds_what_was_altered_behind_its_back(world: World) -> None:
    drawn(world)
    assert world.findings("funding") == []
    for statement in BEHIND:
        with world.connection.transaction(force_rollback=True):
            for table in TABLES:
                world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(statement)
            assert world.findings("funding"), statement


def test_of_two_batches_at_once_only_one_gets_the_last_money(world: World) -> None:
    allot(world, 150_00)
    plans = [apply(world, world.approved(100_00), 100_00) for _ in range(2)]
    for plan in plans:
        decide(world, plan, "verify")
    outcomes: list[str] = []

    def approve(plan_id: int, version: int, digest: str) -> None:
        try:
            with world.app() as connection, connection.transaction():
                official = approver
                connection.execute(
                    "SELECT core_take('cash_plan', %s, 'approve', %s, now(), %s, %s, '')",
                    [plan_id, official, version, digest],
                )
                connection.execute("SELECT ledger_post('plan', %s, %s, now())", [plan_id, official])
            outcomes.append("")
        except psycopg.DatabaseError as refused:
            outcomes.append(refused.sqlstate or "?")

    approver = world.official("finance_approver")
    threads = [threading.Thread(target=approve, args=(one.pk, one.version, one.digest)) for one in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    won, lost = sorted(outcomes)
    assert won == "" and lost in ("YK008", "YK031")
