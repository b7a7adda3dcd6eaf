"""What the database does not let anybody do behind the application's back, and what verify finds if it was done."""

import json
from typing import Any

import psycopg
import pytest

from yikatong.banking import actions, sending
from yikatong.core import proofs
from yikatong.core.refusals import Refused

from .world import World


def found() -> set[str]:
    return {finding.check for finding in proofs.verify()}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO banking_instructionevent SELECT * FROM banking_instructionevent",
        "UPDATE banking_paymentinstruction SET total_fen = 1",
        "DELETE FROM banking_instructionevent",
        "UPDATE banking_serviceagreement SET debtor_account = '1'",
        "INSERT INTO banking_statementline SELECT * FROM banking_statementline",
        "UPDATE banking_bankreport SET standing = 'foreign'",
        "UPDATE banking_break SET state = 'settled'",
        "SELECT banking_append(1, 'acknowledged', '', 1, now())",
    ],
)
def test_the_application_may_not_write_by_itself(world: World, statement: str) -> None:
    world.sealed()
    with world.app() as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_nothing_is_sealed_for_a_request_that_was_not_released(world: World) -> None:
    request = world.filed()
    with pytest.raises(Refused) as refused:
        actions.seal(request_id=request.pk, by=world.system, at=world.at)
    assert refused.value.code == "YK070"


def test_raw_sql_cannot_seal_other_figures(world: World) -> None:
    instruction = world.sealed()
    told: dict[str, Any] = {"run_no": 1, "first_id": 1, "last_id": 2, "line_count": 1, "line_fen": 5}
    told |= {"message_id": "YK-1", "body_id": instruction.body_id}
    with world.app() as app, pytest.raises(psycopg.Error) as refused:
        app.execute(
            "SELECT banking_seal(%s, %s, %s, %s, now())",
            [instruction.request_id, instruction.agreement_id, json.dumps([told]), world.system.official_id],
        )
    assert refused.value.sqlstate == "YK071"


def test_an_official_without_the_duty_does_not_speak_with_the_bank(world: World) -> None:
    instruction = world.sealed()
    with pytest.raises(Refused) as refused:
        sending._begin(instruction=instruction, by=world.as_("department_clerk"), at=world.at)
    assert refused.value.code == "YK005"


def test_sending_needs_the_money_in_transit(world: World) -> None:
    instruction = world.sealed()
    with world.app() as app, pytest.raises(psycopg.Error) as refused:
        app.execute(
            "SELECT banking_begin_sending(%s, %s, now(), clock_timestamp())", [instruction.pk, world.system.official_id]
        )
    assert refused.value.sqlstate == "YK064"


def test_an_answer_before_the_sending_is_refused(world: World) -> None:
    instruction = world.sealed()
    with pytest.raises(Refused) as refused:
        sending.answer(instruction=instruction, kind="acknowledged", note="", by=world.system, at=world.at)
    assert refused.value.code == "YK072"


@pytest.mark.tampers
def test_a_payment_altered_after_the_sealing_is_not_sent(world: World) -> None:
    instruction = world.sealed()
    _by_hand(world, "payments_payment", "UPDATE payments_payment SET amount_fen = amount_fen + 1")
    with pytest.raises(Refused) as refused:
        actions.send(instruction=instruction, by=world.system, at=world.at)
    assert refused.value.code in ("YK030", "YK071")
    assert "banking/instruction_lines" in found()


@pytest.mark.tampers
@pytest.mark.parametrize(
    ("table", "statement", "check"),
    [
        ("banking_statementline", "UPDATE banking_statementline SET amount_fen = amount_fen + 1 WHERE line_no = 1",
         "banking/statements"),
        ("banking_statementline", "DELETE FROM banking_statementline WHERE line_no = 1", "banking/closed_requests"),
        ("banking_bankstatement", "UPDATE banking_bankstatement SET closing_fen = closing_fen + 1",
         "banking/statements"),
        ("banking_paymentinstruction", "UPDATE banking_paymentinstruction SET total_fen = total_fen + 1",
         "banking/instructions"),
        ("banking_instructionevent", "DELETE FROM banking_instructionevent WHERE kind = 'sending'", "banking/events"),
        ("banking_bankreport", "UPDATE banking_bankreport SET digest = repeat('0', 64) WHERE kind LIKE 'pain%%'",
         "banking/reports"),
    ],
)  # fmt: skip
def test_verify_finds_what_the_owner_altered(world: World, table: str, statement: str, check: str) -> None:
    instruction = world.went()
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    assert found() == set()
    _by_hand(world, table, statement)
    assert check in found()


@pytest.mark.tampers
def test_even_the_owner_is_stopped_by_the_triggers(world: World) -> None:
    world.sealed()
    for table in ("banking_paymentinstruction", "banking_instructionevent"):
        with pytest.raises(psycopg.Error) as refused:
            world.run(f"DELETE FROM {table}")
        assert refused.value.sqlstate == "YK020"


LINE = (
    "INSERT INTO banking_statementline (statement_id, line_no, side, amount_fen, bank_reference, end_to_end_id, message_id,"
    " booked_on, return_reason) VALUES ({}, 9999, 'debit', 1, '', '', '', current_date, '')"
)


@pytest.mark.tampers
def test_no_line_comes_under_the_head_of_a_statement_that_was_taken(world: World) -> None:
    world.went()
    world.days(1)
    world.visit()
    with pytest.raises(psycopg.Error) as refused:
        world.run(LINE.format("(SELECT min(id) FROM banking_bankstatement)"))
    assert refused.value.sqlstate == "YK020"


@pytest.mark.tampers
def test_a_head_counts_the_lines_under_it(world: World) -> None:
    world.went()
    world.days(1)
    world.visit()
    head = (
        "INSERT INTO banking_bankstatement (report_id, agreement_id, statement_no, day, opening_fen, closing_fen, debit_count,"
        " debit_fen, credit_count, credit_fen, digest, recorded_at) SELECT report_id, agreement_id, 'x', day - 400, 0, 0, 1,"
        " 1, 0, 0, digest, now() FROM banking_bankstatement LIMIT 1"
    )
    with pytest.raises(psycopg.Error) as refused:
        world.run(head)
    assert refused.value.sqlstate == "YK020"


@pytest.mark.tampers
def test_verify_finds_a_line_without_a_statement(world: World) -> None:
    assert found() == set()
    world.run(LINE.format("nextval(pg_get_serial_sequence('banking_bankstatement', 'id'))"))
    assert found() == {"banking/statements"}


def test_the_application_begins_no_statement_for_who_may_not(world: World) -> None:
    instruction = world.sealed()
    clerk = world.as_("department_clerk").official_id
    for call, values in (
        ("banking_begin_statement(%s, current_date, %s)", [instruction.agreement_id, clerk]),
        ("banking_take_lines(1, 1, 9999, 1, 1, %s, %s)", [instruction.agreement_id, clerk]),
    ):
        with world.app() as app, pytest.raises(psycopg.Error) as refused:
            app.execute(f"SELECT {call}", values)
        assert refused.value.sqlstate == "YK005"


def _by_hand(world: World, table: str, statement: str, *values: Any) -> None:
    world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    world.run(statement, *values)
    world.run(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@pytest.mark.tampers
def test_what_was_sealed_and_taken_before_there_were_blocks_still_holds(world: World) -> None:
    instruction = world.went()
    world.days(1)
    assert world.visit().closed == [instruction.request_id]
    lines = (
        "SELECT encode(sha256(string_agg(sha256(convert_to(concat_ws('|', end_to_end_id, payee_id, card_id, amount_fen),"
        " 'UTF8')), '' ORDER BY id)), 'hex') FROM payments_payment"
    )
    by_line = (
        "SELECT banking_head_digest(s.agreement_id, s.day, s.opening_fen, s.closing_fen, (SELECT string_agg("
        "banking_line_digest(line_no, side, amount_fen, bank_reference, end_to_end_id, message_id, booked_on,"
        " return_reason), '' ORDER BY line_no) FROM banking_statementline WHERE statement_id = s.id))"
    )
    _by_hand(world, "banking_paymentinstruction", f"UPDATE banking_paymentinstruction SET lines_digest = ({lines})")
    _by_hand(world, "banking_bankstatement", f"UPDATE banking_bankstatement AS s SET digest = ({by_line})")
    with world.app() as app:
        holds = "SELECT bool_and(banking_lines_hold(i)) FROM banking_paymentinstruction AS i"
        assert app.execute(holds).fetchone() == (True,)
        holds = "SELECT bool_and(banking_statement_holds(s)) FROM banking_bankstatement AS s"
        assert app.execute(holds).fetchone() == (True,)
    _by_hand(world, "banking_statementline", "UPDATE banking_statementline SET bank_reference = 'x' WHERE line_no = 1")
    with world.app() as app:
        assert app.execute(holds).fetchone() == (False,)
