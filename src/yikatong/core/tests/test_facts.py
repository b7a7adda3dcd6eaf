"""What the database itself refuses about facts, appointments and the audit chain."""

import psycopg
import pytest
from cryptography.exceptions import InvalidTag
from django.db import DatabaseError, connection, transaction

from yikatong.core import audit, clock, proofs, sql, vault
from yikatong.core.models import AuditEvent, AuditSeal
from yikatong.core.refusals import Refused


def refused_by_database(statement: str) -> str:
    """The SQLSTATE with which the application's role is refused."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return getattr(refused.value.__cause__, "sqlstate", "")


@pytest.mark.django_db
def test_the_application_owns_nothing_and_may_not_write_facts_by_itself():
    for table in ("core_decision", "core_auditevent", "core_auditseal", "core_appointment", "ledger_transfer"):
        column = "sequence" if table == "core_auditseal" else "id"
        changes = (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = {column}", f"TRUNCATE {table}")
        for statement in changes:
            assert refused_by_database(statement) == "42501", statement
    assert refused_by_database("INSERT INTO core_appointment DEFAULT VALUES") == "42501"
    assert refused_by_database("CREATE TEMP TABLE core_area (code text)") == "42501"
    assert refused_by_database("CREATE TABLE mine (id int)") == "42501"
    assert refused_by_database("ALTER TABLE ledger_transfer DISABLE TRIGGER ALL") == "42501"
    assert refused_by_database("SET ROLE yikatong_kernel") == "42501"


def test_even_the_owner_may_not_change_a_recorded_fact(fresh_database, cast):
    audit.record("test.happened", subject="test:1", by=cast.system, at=clock.now())
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        for statement in (
            "UPDATE core_auditevent SET name = 'x'",
            "DELETE FROM core_auditevent",
            "TRUNCATE core_auditevent CASCADE",
        ):
            with pytest.raises(psycopg.Error) as refused:
                owner.execute(statement)
            assert refused.value.sqlstate == "YK020"


def test_nobody_holds_two_duties_on_one_day(fresh_database):
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner, pytest.raises(psycopg.Error) as refused:
        owner.execute(
            "INSERT INTO core_appointment (official_id, role, agency_id, area_id, valid_from)"
            " SELECT official_id, 'finance_approver', agency_id, area_id, valid_from FROM core_appointment LIMIT 1"
        )
    assert refused.value.sqlstate == "YK022"


@pytest.mark.django_db
def test_a_sealed_value_opens_only_in_its_own_row(cast, at):
    sealed = vault.seal(b"519999197711186675", place="registry_person.id_number", row=7)
    assert vault.unseal(sealed, place="registry_person.id_number", row=7) == b"519999197711186675"
    with pytest.raises(InvalidTag):
        vault.unseal(sealed, place="registry_person.id_number", row=8)
    assert vault.index("1", kind="id") != vault.index("1", kind="card")
    opened = vault.open_many(
        [(7, sealed), (8, None)],
        place="registry_person.id_number",
        purpose="核对",
        subject="test:1",
        by=cast.system,
        at=at,
    )
    assert opened == ["519999197711186675", None]
    assert AuditEvent.objects.get(name="vault.opened").detail["count"] == 2


@pytest.mark.tampers
@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE core_auditevent SET detail = '{\"n\": 9}' WHERE id = (SELECT min(id) FROM core_auditevent)",
        "UPDATE core_auditevent SET body = '\\x00' WHERE id = (SELECT min(id) FROM core_auditevent)",
        "DELETE FROM core_auditseal WHERE sequence = 1",
        "UPDATE core_auditseal SET hash = sha256(hash) WHERE sequence = 2",
    ],
)
def test_an_altered_audit_row_is_found(fresh_database, tampering, cast, tamper):
    for number in range(3):
        audit.record("test.happened", subject="test:1", by=cast.system, at=clock.now(), n=number)
    audit.seal()
    assert proofs.verify() == []
    tampering.execute(
        "ALTER TABLE core_auditevent DISABLE TRIGGER USER; ALTER TABLE core_auditseal DISABLE TRIGGER USER"
    )
    tampering.execute(tamper)
    assert {finding.check for finding in proofs.verify()} >= {"core/audit_chain"}


@pytest.mark.django_db
def test_the_clock_steps_only_forward():
    before = clock.now()
    clock.step_forward(days=3)
    assert (clock.now().date() - before.date()).days == 3
    with pytest.raises(Refused, match="1 到 400"), transaction.atomic():
        clock.step_forward(days=-1)


def test_outside_the_demo_there_is_no_clock_to_step(fresh_database):
    with psycopg.connect(fresh_database.owner_url, autocommit=True) as owner:
        owner.execute("DELETE FROM core_clockoffset")
    with pytest.raises(Refused, match="只有演示环境"):
        clock.step_forward(days=1)


@pytest.mark.django_db
def test_sealing_is_gapless_and_repeatable(cast, at):
    for number in range(5):
        audit.record("test.happened", subject="test:1", by=cast.system, at=at, n=number)
    assert audit.seal() == AuditSeal.objects.count() >= 5
    assert audit.seal() == 0
    assert audit.head()[0] == AuditSeal.objects.count()


@pytest.mark.django_db
def test_without_a_ground_no_money_moves(cast, at):
    with pytest.raises(Refused) as refused, transaction.atomic():
        sql.call("ledger_post", "allot", 999999, cast.system.official_id, at)
    assert refused.value.code == "YK030"
