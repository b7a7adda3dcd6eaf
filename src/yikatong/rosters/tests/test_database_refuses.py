"""What the database refuses of rosters, asked as the application with raw SQL. Each test fails without its rule."""

import pytest
from django.db import Error, connection, transaction

from yikatong.core import proofs
from yikatong.rosters.models import RosterReading, TotalConfirmation

from . import desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def roster(cast, at):
    desk.ground(cast, at)
    return desk.matched_roster(cast, at)


@pytest.fixture
def completed(cast, at):
    desk.ground(cast, at)
    return desk.completed_roster(cast, at)


def refused(statement, *parameters):
    """The SQLSTATE with which the statement is refused."""
    with pytest.raises(Error) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return getattr(error.value.__cause__, "sqlstate", None), str(error.value)


LINE = """
    INSERT INTO rosters_rosterline (roster_id, reading_no, row_key, revision, sheet, row_no, cells_sealed, name, id_index,
        group_no, quantity_micro, amount_fen, occasion, standing, reason, content_index, written_by_id, written_at)
    SELECT roster_id, reading_no, {key}, 9, sheet, row_no, cells_sealed, name, {id_index}, group_no, {quantity},
        {amount}, occasion, {standing}, {reason}, content_index, written_by_id, written_at
    FROM rosters_rosterline WHERE roster_id = %s AND standing = 'ok' LIMIT 1
"""
PLAIN = {
    "key": "row_key",
    "id_index": "id_index",
    "quantity": "quantity_micro",
    "amount": "amount_fen",
    "standing": "standing",
    "reason": "reason",
}


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"id_index": "NULL"}, "ok_line_has_person_and_amount"),
        ({"amount": "NULL"}, "ok_line_has_person_and_amount"),
        ({"amount": "0"}, "ok_line_has_person_and_amount"),
        ({"amount": "10000000001"}, "ok_line_has_person_and_amount"),
        ({"quantity": "-1"}, "line_quantity_is_not_negative"),
        ({"standing": "'dropped'"}, "line_is_dropped_with_a_reason"),
        ({"standing": "'fine'"}, "line_standing_is_known"),
    ],
)
def test_a_line_that_cannot_be(roster, changed, constraint):
    state, words = refused(LINE.format(**PLAIN | changed), roster.pk)
    assert state == "23514" and constraint in words


def test_lines_readings_checks_and_confirmations_are_numbered_once(roster, cast, at):
    for table in ("rosters_rosterreading", "rosters_rostercheck"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT string_agg(quote_ident(attname), ',') FROM pg_attribute WHERE attrelid = %s::regclass"
                " AND attnum > 0 AND attname <> 'id'",
                [table],
            )
            columns = cursor.fetchone()[0]
        state, _ = refused(
            f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE roster_id = %s", roster.pk
        )
        assert state == "23505"
    assert refused(LINE.format(**PLAIN).replace(" 9,", " 1,"), roster.pk)[0] == "23505"


def test_nothing_recorded_is_changed_or_removed(roster):
    for table in ("rosters_rosterline", "rosters_rosterproblem", "rosters_linematch", "rosters_roster"):
        assert refused(f"UPDATE {table} SET id = id")[0] == "42501"
        assert refused(f"DELETE FROM {table}")[0] == "42501"


@pytest.mark.parametrize("table", ["rosters_matchround", "rosters_linematch"])
def test_the_application_writes_no_match_by_itself(roster, table):
    assert refused(f"INSERT INTO {table} SELECT * FROM {table} WHERE roster_id = %s", roster.pk)[0] == "42501"


def test_nothing_comes_into_a_completed_roster(completed, at):
    assert refused(LINE.format(**PLAIN), completed.pk)[0] == "YK100"
    assert refused("SELECT rosters_match_lines(%s, 1, now())", completed.pk)[0] == "YK102"
    assert refused("SELECT rosters_freeze(%s)", completed.pk)[0] == "YK103"
    reading = RosterReading.objects.get(roster=completed)
    state, _ = refused(
        "INSERT INTO rosters_rosterreading (roster_id, reading_no, file_id, mapping, rows_index, read_by_id, read_at)"
        " VALUES (%s, 2, %s, '[]', '', %s, now())",
        completed.pk,
        reading.file_id,
        reading.read_by_id,
    )
    assert state == "YK100"


def test_a_roster_begins_empty_and_drafted(roster):
    insert = """
        INSERT INTO rosters_roster (no, program_id, cycle_id, count, total_fen, state, version, digest, case_no, area_code,
            agency_id, created_at)
        SELECT {no}, program_id, cycle_id, {count}, 0, {state}, 0, '', 'X', area_code, agency_id, created_at
        FROM rosters_roster WHERE id = %s
    """
    assert refused(insert.format(no="'X'", count=5, state="'drafted'"), roster.pk)[0] == "YK101"
    assert refused(insert.format(no="'X'", count=0, state="'completed'"), roster.pk)[0] == "YK021"
    assert refused(insert.format(no="'Y'", count=0, state="'drafted'"), roster.pk)[0] == "23514"


def test_a_confirmation_has_a_reason(roster, at):
    confirmation = TotalConfirmation(
        roster=roster, read_total_fen=1, mismatch_count=1, reason=" ", confirmed_by_id=1, confirmed_at=at
    )
    with pytest.raises(Error, match="confirmation_has_a_reason"), transaction.atomic():
        confirmation.save()


def test_the_digest_covers_what_is_paid_and_verify_is_content(completed):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rosters_digest(%s)", [completed.pk])
        assert cursor.fetchone()[0] == completed.digest
    assert not [one for one in proofs.verify() if one.check.startswith("rosters/")]
