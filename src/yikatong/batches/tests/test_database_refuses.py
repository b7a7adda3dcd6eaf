"""What the database refuses by itself: raw SQL as the application's role, and altered rows. Each test names its guard."""

import threading
from typing import Any

import psycopg
import pytest

from yikatong.batches.models import PaymentBatch
from yikatong.batches.tests.world import World

ENTITLEMENT = """
INSERT INTO batches_entitlement (fiscal_year, county_code, program_id, cycle_id, batch_id, roster_id, row_key, line_id,
    beneficiary_id, payee_id, card_id, amount_fen, occasion, kind, village_code, township_code)
SELECT fiscal_year, county_code, program_id, cycle_id, {batch}, roster_id, row_key, {line}, {beneficiary},
    payee_id, {card}, {amount}, {occasion}, {kind}, village_code, township_code
FROM batches_entitlement LIMIT 1
"""


ANOTHER_BATCH = """
INSERT INTO batches_paymentbatch (no, case_no, program_id, cycle_id, fiscal_year, revision_no, count, total_fen, state,
    version, digest, area_code, agency_id)
SELECT 'x', 'y', program_id, cycle_id, fiscal_year, 1, 0, 0, 'drafted', 0, '', area_code, agency_id
FROM batches_paymentbatch
"""
ANOTHER_MEMBER = """
INSERT INTO batches_batchroster (batch_id, roster_id, acceptance_id, roster_digest, count, total_fen, held_count,
    held_fen)
SELECT batch_id, roster_id, acceptance_id, roster_digest, count, total_fen, held_count, held_fen
FROM batches_batchroster
"""


def _entitlement(**changed: str) -> str:
    columns = {
        "batch": "batch_id",
        "line": "line_id",
        "beneficiary": "beneficiary_id",
        "card": "card_id",
        "amount": "amount_fen",
        "occasion": "occasion",
        "kind": "kind",
        **changed,
    }
    return ENTITLEMENT.format(**columns)


FORBIDDEN = (
    _entitlement(occasion="'再来一次'"),
    "UPDATE batches_entitlement SET amount_fen = amount_fen + 1",
    "DELETE FROM batches_entitlement",
    "DELETE FROM batches_claim",
    "INSERT INTO batches_claim SELECT * FROM batches_claim",
    "UPDATE batches_paymentbatch SET state = 'approved'",
    "UPDATE batches_paymentbatch SET total_fen = 1",
    "INSERT INTO batches_paymentbatch SELECT * FROM batches_paymentbatch",
    "INSERT INTO batches_batchroster SELECT * FROM batches_batchroster",
    "UPDATE batches_rosteracceptance SET batch_id = NULL",
    "INSERT INTO core_decision SELECT * FROM core_decision",
    "INSERT INTO ledger_transfer SELECT * FROM ledger_transfer",
    "TRUNCATE batches_claim",
    "SET ROLE yikatong_kernel",
    # The steps of assembling are no way round it: only the whole is the kernel's.
    "SELECT batches_freeze((SELECT id FROM batches_paymentbatch), ARRAY[1]::bigint [])",
    "SELECT batches_write_rosters((SELECT id FROM batches_paymentbatch), ARRAY[1]::bigint [])",
)


def test_the_application_may_not_write_what_people_are_due(world: World) -> None:
    world.assemble(world.seal({world.person("张建国"): 1_00}))
    with world.app() as connection:
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


def test_the_application_cannot_approve_what_nobody_reviewed(world: World) -> None:
    batch = world.assemble(world.seal({world.person("张建国"): 1_00}))
    with world.app() as connection, pytest.raises(psycopg.DatabaseError, match="不能办"):
        connection.execute(
            "SELECT core_take('payment_batch', %s, 'approve', %s, now(), %s, %s, '')",
            [batch.pk, world.official("department_leader"), batch.version, batch.digest],
        )


def test_an_acceptance_takes_its_facts_from_the_sealed_notice(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    with world.app() as connection:
        row = connection.execute(
            "INSERT INTO batches_rosteracceptance (roster_id, notice_id, cycle_id, state, version, digest, case_no,"
            " area_code, agency_id) VALUES (%s, %s, 0, 'drafted', 0, 'x', 'y', 'z', 1) RETURNING digest, area_code",
            [roster, world.ids[f"notice {roster}"]],
        ).fetchone()
    assert row is not None and len(row[0]) == 64 and row[1] == "519999100000"


def test_an_acceptance_begins_as_a_draft(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    with world.app() as connection, pytest.raises(psycopg.DatabaseError, match="只能从"):
        connection.execute(
            "INSERT INTO batches_rosteracceptance (roster_id, notice_id, cycle_id, state, version, digest, case_no,"
            " area_code, agency_id) VALUES (%s, %s, 0, 'accepted', 1, '', '', '', 1)",
            [roster, world.ids[f"notice {roster}"]],
        )


# A partition names a constraint after itself; then the key says which it is.
CONSTRAINTS = (
    (_entitlement(occasion="'x'", amount="0"), "entitlement_is_positive"),
    (_entitlement(kind="'other'"), "entitlement_kind_is_known"),
    (_entitlement(occasion="'x'"), "(fiscal_year, batch_id, line_id)"),
    (_entitlement(line="-1", batch="-1"), "entitlement_of_batch"),
    (_entitlement(line="-1", beneficiary="-1"), "entitlement_of_beneficiary"),
    (
        _entitlement(line="-1", occasion="'x'", card="(SELECT max(id) FROM registry_card)"),
        "entitlement_goes_to_the_payees_own_card",
    ),
    (_entitlement().replace("SELECT fiscal_year", "SELECT 2019", 1), "no partition"),
    (
        "INSERT INTO batches_claim SELECT * FROM batches_claim",
        "(fiscal_year, program_id, cycle_id, beneficiary_id, occasion, kind)",
    ),
    (
        "INSERT INTO batches_claim SELECT fiscal_year, program_id, cycle_id, -1, '', kind, -1, 1 FROM batches_claim",
        "claim_is_of_an_entitlement",
    ),
    ("UPDATE batches_rosteracceptance SET state = 'sent_back'", "only_an_accepted_roster_is_in_a_batch"),
    (ANOTHER_BATCH, "batch_no_is_the_case"),
    (ANOTHER_MEMBER, "roster_is_in_a_batch_once"),
)


def test_a_constraint_holds_even_for_the_owner(world: World) -> None:
    world.assemble(world.seal({world.person("张建国"): 1_00}))
    world.person("李秀英")
    for statement, constraint in CONSTRAINTS:
        with pytest.raises(psycopg.IntegrityError) as refused:
            world.run(statement)
        assert constraint in str(refused.value)


@pytest.mark.tampers
def test_a_roster_is_accepted_once_even_for_the_owner(world: World) -> None:
    world.accept(world.seal({world.person("张建国"): 1_00}))
    world.run("ALTER TABLE batches_rosteracceptance DISABLE TRIGGER USER")
    columns = "roster_id, notice_id, cycle_id, state, version, digest, case_no, area_code, agency_id"
    with pytest.raises(psycopg.IntegrityError, match="roster_is_accepted_once"):
        world.run(f"INSERT INTO batches_rosteracceptance ({columns}) SELECT {columns} FROM batches_rosteracceptance")


def test_a_batch_must_pay_somebody(world: World) -> None:
    world.run(
        "INSERT INTO batches_paymentbatch (no, case_no, program_id, cycle_id, fiscal_year, revision_no, count,"
        " total_fen, state, version, digest, area_code, agency_id) VALUES ('x', 'x', %s, %s, 2026, 1, 0, 0,"
        " 'drafted', 0, '', '519999000000', %s)",
        world.ids["program"],
        world.ids["cycle"],
        world.as_("department_clerk").post.agency_id,
    )
    with pytest.raises(psycopg.IntegrityError, match="batch_pays_somebody"):
        world.run("UPDATE batches_paymentbatch SET state = 'assembled' WHERE no = 'x'")
    with pytest.raises(psycopg.DatabaseError, match="不能改"):
        world.run("DELETE FROM batches_paymentbatch WHERE no = 'x'")
    world.run("ALTER TABLE batches_paymentbatch DISABLE TRIGGER batch_kept")
    world.run("DELETE FROM batches_paymentbatch WHERE no = 'x'")


FACTS = (
    "UPDATE batches_entitlement SET amount_fen = amount_fen + 1",
    "DELETE FROM batches_entitlement",
    "TRUNCATE batches_entitlement CASCADE",
    "UPDATE batches_batchroster SET total_fen = 1",
    "UPDATE batches_claim SET entitlement_id = 0",
    "DELETE FROM batches_claim",
    "TRUNCATE batches_claim",
    "UPDATE batches_paymentbatch SET total_fen = total_fen + 1",
    "DELETE FROM batches_paymentbatch",
    "DELETE FROM batches_rosteracceptance",
    "UPDATE batches_rosteracceptance SET digest = ''",
    "UPDATE rosters_roster SET state = 'sent_back'",
)


def test_facts_stay_even_for_the_owner(world: World) -> None:
    world.assemble(world.seal({world.person("张建国"): 1_00}))
    for statement in FACTS:
        with pytest.raises(psycopg.DatabaseError) as refused:
            world.run(statement)
        assert (refused.value.sqlstate or "").startswith("YK"), statement


def test_a_void_batch_stays_void(world: World) -> None:
    batch = world.assemble(world.seal({world.person("张建国"): 1_00}))
    world.run("SELECT core_take('payment_batch', %s, 'void', %s, now(), %s, %s, '错了')", *_seen(world, batch))
    with pytest.raises(psycopg.DatabaseError, match="不能再恢复"):
        world.run("UPDATE batches_paymentbatch SET state = 'approved' WHERE id = %s", batch.pk)


SIGNED = (
    ("batches_entitlement", "amount_fen = amount_fen + 1"),
    ("batches_entitlement", "village_code = '519999100202'"),
    ("batches_entitlement", "row_key = 'x'"),
    ("batches_batchroster", "roster_digest = repeat('a', 64)"),
    ("batches_paymentbatch", "total_fen = total_fen + 1"),
    ("batches_paymentbatch", "count = count + 1"),
    ("batches_paymentbatch", "digest = repeat('a', 64)"),
    ("rosters_roster", "digest = repeat('a', 64)"),
    ("notices_publicnotice", "digest = repeat('a', 64)"),
)
# What entitlements were made from: nothing is paid by it any more, so that signing does not go through it again.
SOURCES = (
    ("rosters_rosterline", "amount_fen = amount_fen + 1"),
    ("rosters_linematch", "village_code = '519999100202'"),
)
APPROVE = """
SELECT core_take('payment_batch', id, 'approve', %s, now(), version, digest, '') FROM batches_paymentbatch
"""


def test_an_altered_row_is_neither_signed_nor_verified(world: World) -> None:
    world.sign(world.assemble(world.seal({world.person("张建国"): 1_00})), "review")
    for table, change in SIGNED:
        with world.connection.transaction(force_rollback=True):
            world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(f"UPDATE {table} SET {change}")
            with pytest.raises(psycopg.DatabaseError) as refused, world.connection.transaction():
                world.run(APPROVE, world.official("department_leader"))
            assert refused.value.sqlstate == "YK008", (table, change)
            assert world.findings("batches") + world.findings("rosters"), (table, change)


def test_verify_finds_altered_sources_of_what_was_signed(world: World) -> None:
    world.sign(world.assemble(world.seal({world.person("张建国"): 1_00})), "review")
    for table, change in SOURCES:
        with world.connection.transaction(force_rollback=True):
            world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(f"UPDATE {table} SET {change}")
            assert world.findings("batches") + world.findings("rosters"), (table, change)


BEHIND = (
    ("batches_claim", "DELETE FROM batches_claim"),
    ("batches_claim", "UPDATE batches_claim SET occasion = 'x'"),
    ("batches_paymentbatch", "UPDATE batches_paymentbatch SET state = 'approved'"),
    ("batches_rosteracceptance", "UPDATE batches_rosteracceptance SET batch_id = NULL"),
    ("batches_rosteracceptance", "UPDATE batches_rosteracceptance SET version = 7"),
)


def test_verify_finds_what_was_altered_behind_its_back(world: World) -> None:
    world.assemble(world.seal({world.person("张建国"): 1_00}))
    assert world.findings("batches") == []
    for table, statement in BEHIND:
        with world.connection.transaction(force_rollback=True):
            world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(statement)
            assert world.findings("batches"), statement


def test_of_two_at_once_one_assembles(world: World) -> None:
    roster = world.seal({world.person("张建国"): 1_00})
    world.accept(roster)
    clerk, outcomes = world.official("department_clerk"), []

    def assemble() -> None:
        with world.app() as connection:
            try:
                connection.execute(
                    "SELECT batches_assemble(%s, %s, NULL, %s, now())", [world.ids["cycle"], [roster], clerk]
                )
                outcomes.append("")
            except psycopg.DatabaseError as refused:
                outcomes.append(refused.sqlstate or "?")

    threads = [threading.Thread(target=assemble) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["", "YK040"]
    assert PaymentBatch.objects.count() == 1


def _seen(world: World, batch: PaymentBatch) -> tuple[Any, ...]:
    return (batch.pk, world.official("department_clerk"), batch.version, batch.digest)
