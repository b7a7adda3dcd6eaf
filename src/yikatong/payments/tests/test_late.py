"""Paying after all what went back as uncorrectable, from a later year's money, once (K3)."""

import threading
from typing import Any

import psycopg
import pytest
from django.db import connection

from yikatong.batches.models import Entitlement, PaymentBatch
from yikatong.core import proofs
from yikatong.core.refusals import Refused
from yikatong.payments import actions, owing
from yikatong.payments import queries_back as back
from yikatong.payments.models import LateLine, Refund

from .test_after_failure import approve, refund, stuck
from .test_requests import code_of
from .world import AMOUNTS, World, says

DAYS_INTO_THE_NEXT_YEAR = 400


def refunded(world: World, *places: int, cause: str = "uncorrectable") -> Refund:
    """The payments at these places failed and went back to the treasury."""
    world.closed_with_failures(*places)
    given = refund(world, *(one.outcome_id for one in stuck(world)), cause=cause)
    approve(world, given)
    return given


def owed(world: World) -> list[dict[str, Any]]:
    """Who is still owed, as the clerk sees it."""
    return back.owed_for(world.as_("department_clerk"))


def assembled(world: World, *outcomes: int) -> PaymentBatch:
    """The clerk assembles a late batch."""
    clerk, year = world.as_("department_clerk"), world.batch.fiscal_year
    return owing.assemble_late(
        cycle_id=world.ids["cycle"], fiscal_year=year, outcome_ids=outcomes, by=clerk, at=world.at
    )


def test_a_corrected_line_is_paid_from_a_later_years_money(world: World) -> None:
    refunded(world, 1, 2)
    first = world.batch
    world.forward(DAYS_INTO_THE_NEXT_YEAR)
    rows = owed(world)
    assert [(row["amount_fen"], row["obstacle"]) for row in rows] == [(AMOUNTS[1], None), (AMOUNTS[2], None)]
    late = assembled(world, rows[0]["outcome_id"])
    assert (late.fiscal_year, late.count, late.total_fen) == (world.at.year, 1, AMOUNTS[1])
    assert late.fiscal_year > first.fiscal_year and late.cycle_id == first.cycle_id
    entitlement = Entitlement.objects.get(batch=late)
    assert (entitlement.kind, entitlement.payee_id) == ("late", world.people[1])
    world.sign(late, "review", "approve")
    world.fund(late, voucher_no="V-2")
    world.batch = late
    request = world.sent()
    (payment,) = world.payments(request)
    world.report(request, says(payment, "credited", bank_reference="L"))
    world.close_request(request, [payment])
    assert (world.balance("credited"), world.balance("suspense")) == (AMOUNTS[1], 0)
    row = owed(world)[0]
    assert (row["batch_no"], row["state_words"]) == (late.no, "已到账")


def test_what_was_refunded_as_not_entitled_is_never_owed(world: World) -> None:
    given = refunded(world, 1, cause="not_entitled")
    assert owed(world) == []
    with pytest.raises(Refused) as refused:
        assembled(world, *(line.outcome_id or 0 for line in given.lines.all()))
    assert code_of(refused) == "YK093"


def test_the_dead_are_not_paid_after_all(world: World) -> None:
    world.closed_with_failures(1, action="stop-deceased")
    approve(world, refund(world, stuck(world)[0].outcome_id))
    (row,) = owed(world)
    assert row["obstacle"] == "stopped"
    with pytest.raises(Refused) as refused:
        assembled(world, row["outcome_id"])
    assert code_of(refused) == "YK093"


def test_a_line_is_paid_after_all_once(world: World) -> None:
    refunded(world, 1)
    outcome = owed(world)[0]["outcome_id"]
    late = assembled(world, outcome)
    assert owed(world)[0]["batch_no"] == late.no
    for attempt in ((outcome,), (), (outcome, 0)):
        with pytest.raises(Refused) as refused:
            assembled(world, *attempt)
        assert code_of(refused) == "YK093", attempt


def test_of_two_who_assemble_at_once_one_wins(world: World) -> None:
    refunded(world, 1)
    outcome = owed(world)[0]["outcome_id"]
    results: list[str] = []

    def act() -> None:
        try:
            results.append(assembled(world, outcome).state)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["YK093", "assembled"]


def test_a_void_batch_gives_its_lines_up(world: World) -> None:
    refunded(world, 1)
    outcome = owed(world)[0]["outcome_id"]
    late = assembled(world, outcome)
    from yikatong.batches import actions as batches

    seen: dict[str, Any] = {"seen_version": late.version, "seen_digest": late.digest}
    clerk = world.as_("department_clerk")
    batches.take("void", batch=late, by=clerk, at=world.at, reason="选错了", **seen)
    assert owed(world)[0]["batch_no"] == ""
    again = assembled(world, outcome)
    assert LateLine.objects.count() == 2 and again.no != late.no


def test_a_new_card_cools_before_the_late_payment_too(world: World) -> None:
    refunded(world, 1)
    world.new_card(1, days_ago=0)
    row = owed(world)[0]
    assert row["obstacle"] == "cooling" and str(row["usable_on"]) in row["waits_words"]
    with pytest.raises(Refused, match=str(row["usable_on"])):
        assembled(world, row["outcome_id"])


def test_only_the_departments_clerk_assembles(world: World) -> None:
    refunded(world, 1)
    outcome = owed(world)[0]["outcome_id"]
    for role in ("department_reviewer", "finance_approver", "other_department"):
        with pytest.raises(Refused) as refused:
            owing.assemble_late(
                cycle_id=world.ids["cycle"],
                fiscal_year=world.batch.fiscal_year,
                outcome_ids=[outcome],
                by=world.as_(role),
                at=world.at,
            )
        assert code_of(refused) == "YK005", role


@pytest.mark.tampers
def test_even_the_owner_pays_no_refunded_line_wrongly(world: World) -> None:
    refunded(world, 1)
    late = assembled(world, owed(world)[0]["outcome_id"])
    line = "INSERT INTO payments_lateline (batch_id, late_year, entitlement_id, fiscal_year, outcome_id, amount_fen)"
    same = "SELECT batch_id, late_year, entitlement_id, fiscal_year, outcome_id, amount_fen FROM payments_lateline"
    columns = (
        "fiscal_year, county_code, program_id, cycle_id, batch_id, roster_id, row_key, line_id, beneficiary_id, payee_id, "
        "card_id, amount_fen, kind, village_code, township_code"
    )
    other = columns.replace("row_key", "'x'")
    entitlement = (
        f"INSERT INTO batches_entitlement ({columns}, occasion) SELECT {other}, 'another' "
        "FROM batches_entitlement WHERE kind = 'late'"
    )
    claim = (
        "INSERT INTO batches_claim (fiscal_year, program_id, cycle_id, beneficiary_id, occasion, kind, entitlement_id, "
        "batch_id) SELECT fiscal_year, program_id, cycle_id, beneficiary_id, occasion, kind, id, batch_id "
        "FROM batches_entitlement WHERE occasion = 'another'"
    )
    for statement, code in (
        (f"{line} {same}", "23505"),
        (f"{line} {same.replace('amount_fen FROM', 'amount_fen + 1 FROM').replace('entitlement_id', '1')}", "YK093"),
        (f"{entitlement}; {claim}", "YK093"),
        ("UPDATE payments_lateclaim SET batch_id = batch_id", "YK093"),
        ("DELETE FROM payments_lateclaim", "YK093"),
        ("UPDATE payments_lateline SET amount_fen = 1", "YK020"),
    ):
        with pytest.raises(psycopg.Error) as refused, world.connection.transaction():
            for part in statement.split("; "):
                world.run(part)
        assert refused.value.sqlstate in (code, "23505"), statement
    assert late.state == "assembled"


@pytest.mark.tampers
def test_verify_finds_every_altered_late_line(world: World) -> None:
    refunded(world, 1)
    assembled(world, owed(world)[0]["outcome_id"])
    assert [one for one in proofs.verify() if not one.check.startswith("banking/")] == []
    for change in (
        "UPDATE payments_lateline SET amount_fen = amount_fen - 1",
        "DELETE FROM payments_lateline",
        "DELETE FROM payments_lateclaim",
        "UPDATE payments_refund SET cause = 'not_entitled'",
        "UPDATE batches_entitlement SET amount_fen = amount_fen + 1 WHERE kind = 'late'",
        "UPDATE batches_entitlement SET kind = 'regular' WHERE kind = 'late'",
    ):
        table = change.split()[2 if change.startswith("DELETE") else 1]
        with world.connection.transaction(force_rollback=True):
            world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            world.run(change)
            assert world.findings("payments"), change


def test_a_late_batch_is_filed_like_every_other(world: World) -> None:
    refunded(world, 1)
    late = assembled(world, owed(world)[0]["outcome_id"])
    with pytest.raises(Refused) as refused:
        actions.file(batch_id=late.pk, by=world.as_("department_clerk"), at=world.at, seen_digest=late.digest)
    assert code_of(refused) == "YK008"
