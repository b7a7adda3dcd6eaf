"""``yikatong verify`` finds every altered row of money of this room."""

import pytest

from yikatong.core import proofs

from .test_after_failure import approve, refund, reissue, stuck
from .world import World, says

CHANGES = [
    "UPDATE payments_payment SET amount_fen = amount_fen + 1 WHERE amount_fen = 12345",
    "UPDATE payments_payment SET payee_id = (SELECT max(payee_id) FROM payments_payment) WHERE amount_fen = 12345",
    "UPDATE payments_payment SET card_id = (SELECT max(card_id) FROM payments_payment) WHERE amount_fen = 12345",
    "DELETE FROM payments_payment WHERE amount_fen = 12345",
    "UPDATE payments_paymentrequest SET total_fen = total_fen + 1",
    "UPDATE payments_paymentrequest SET count = count + 1",
    "UPDATE payments_paymentrequest SET digest = repeat('0', 64)",
    "UPDATE payments_paymentrequest SET state = 'verified' WHERE kind = 'reissue'",
    "UPDATE payments_paymentoutcome SET amount_fen = amount_fen + 1 WHERE result = 'credited'",
    "UPDATE payments_paymentoutcome SET result = 'failed' WHERE result = 'credited' AND amount_fen = 100",
    "UPDATE payments_paymentoutcome SET result = 'credited' WHERE result = 'failed'",
    "DELETE FROM payments_paymentoutcome WHERE result = 'credited' AND amount_fen = 100",
    "UPDATE payments_appliedreport SET credited_fen = credited_fen + 1",
    "UPDATE payments_appliedreport SET same_count = same_count + 1",
    "DELETE FROM payments_paymentexception",
    "UPDATE payments_paymentexception SET state = 'resolved'",
    "UPDATE payments_refund SET total_fen = total_fen + 1",
    "UPDATE payments_refund SET state = 'prepared'",
    "UPDATE payments_refund SET cause = 'not_entitled'",
    "UPDATE payments_refundline SET amount_fen = amount_fen + 1",
    "DELETE FROM payments_refundline",
    "DELETE FROM payments_outcomeclaim WHERE refund_id IS NOT NULL",
    "DELETE FROM payments_outcomeclaim WHERE request_id IS NOT NULL",
    "UPDATE payments_statementmatch SET debit_fen = debit_fen + 1",
    "DELETE FROM payments_statementmatch",
]


@pytest.mark.tampers
def test_verify_finds_every_altered_row(world: World) -> None:
    request = world.closed_with_failures(1, 2)
    payments = world.payments(request)
    one, two = stuck(world)
    world.sent(reissue(world, one.outcome_id))
    approve(world, refund(world, two.outcome_id))
    world.report(request, {**says(payments[0], "credited"), "amount_fen": 1})
    assert [one for one in proofs.verify() if one.check.startswith("payments/")] == []
    for change in CHANGES:
        table = change.split()[2 if change.startswith("DELETE") else 1]
        with world.connection.transaction(force_rollback=True):
            _let_go(world, table)
            world.run(change)
            assert _found(world), change


def _let_go(world: World, table: str) -> None:
    """Take triggers and foreign keys off, as somebody with the owner's password would."""
    world.run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    keys = world.connection.execute(
        "SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname) FROM pg_constraint "
        "WHERE contype = 'f' AND conparentid = 0 AND %s::regclass IN (conrelid, confrelid)",
        (table,),
    ).fetchall()
    for (drop,) in keys:
        world.connection.execute(drop)


def _found(world: World) -> bool:
    """Whether a check of this room finds anything, seen from within the tampering transaction."""
    checks = [check for check in proofs.checks() if check.name.startswith("payments/")]
    return any(world.connection.execute(check.statement).fetchone() for check in checks)
