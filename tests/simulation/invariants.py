"""What must hold after every step, and what must hold when everything has come to rest."""

from typing import TYPE_CHECKING

from django.db import connection

from .world import card_number

if TYPE_CHECKING:
    from .history import History

LIVE_STATES = ("prepared", "in_transit", "credited", "failed", "returned", "refunded")
# Where the money of a payment lies in the ledger, by its state; a retry that was not sent lies where its failure lies.
BALANCE = """
WITH line AS (
    SELECT state, attempt, amount_fen FROM payments_paymentstate WHERE fiscal_year = 2026
), placed AS (
    SELECT
        account.kind, sum(balance.in_fen - balance.out_fen)::bigint AS fen
    FROM ledger_account AS account INNER JOIN ledger_balance AS balance ON balance.account_id = account.id
    GROUP BY account.kind
), wanted (kind, fen) AS (
    SELECT place.kind, coalesce(sum(line.amount_fen), 0)::bigint
    FROM (VALUES ('drawn'), ('in_transit'), ('credited'), ('suspense'), ('treasury')) AS place (kind)
    LEFT JOIN line ON place.kind = CASE
        WHEN line.state = 'prepared' AND line.attempt = 1 THEN 'drawn'
        WHEN line.state IN ('failed', 'returned') THEN 'suspense'
        WHEN line.state = 'refunded' THEN 'treasury'
        ELSE line.state
    END
    GROUP BY place.kind
)
SELECT 'ledger and lines differ in ' || wanted.kind || ': ' || coalesce(placed.fen, 0) || ' and ' || wanted.fen
FROM wanted LEFT JOIN placed USING (kind) WHERE coalesce(placed.fen, 0) <> wanted.fen
UNION ALL
SELECT 'allotted is not what lies in all places: ' || sum(placed.fen) FROM placed HAVING sum(placed.fen) <> 0
"""
# Of each entitlement exactly one payment is the one that counts now.
LIVE = """
SELECT 'entitlement ' || entitlement_id || ' has ' || count(*) || ' payments that count'
FROM payments_paymentstate
WHERE fiscal_year = 2026 AND state <> 'reissued' AND (state <> 'prepared' OR attempt = 1)
GROUP BY entitlement_id HAVING count(*) <> 1
"""
CLOSED = """
SELECT payment.end_to_end_id, payment.state
FROM payments_paymentstate AS payment
INNER JOIN payments_paymentrequest AS request ON request.id = payment.request_id
WHERE payment.fiscal_year = 2026 AND request.state = 'closed'
"""
APPROVED = """
SELECT 'E' || id, amount_fen, card_id FROM batches_entitlement WHERE fiscal_year = 2026
"""
CARDS = "SELECT end_to_end_id, amount_fen, card_id FROM payments_payment WHERE fiscal_year = 2026"
# Sent, unanswered, and nothing tells anybody: no exception, no difference, no instruction of which nothing is known.
UNSEEN = """
SELECT 'payment ' || payment.end_to_end_id || ' is ' || payment.state || ' and nobody is told'
FROM payments_paymentstate AS payment
INNER JOIN payments_paymentrequest AS request ON request.id = payment.request_id
WHERE payment.fiscal_year = 2026 AND request.state = 'released' AND request.id = ANY (%s)
    AND NOT EXISTS (SELECT 1 FROM payments_paymentexception AS problem
                    WHERE problem.request_id = request.id AND problem.state <> 'resolved')
    AND NOT EXISTS (SELECT 1 FROM banking_break AS difference
                    WHERE difference.state <> 'settled'
                        AND (difference.request_id = request.id OR difference.request_id IS NULL))
    AND NOT EXISTS (SELECT 1 FROM banking_paymentinstruction AS sent
                    INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = sent.id
                    WHERE sent.request_id = request.id AND stands.kind IN ('unknown', 'refused'))
"""


def after_step(history: "History") -> list[str]:
    """Nobody credited twice or wrongly at the bank's own ledger; the balance exact; one live payment an entitlement."""
    return [*_credited_once(history), *_rows(BALANCE), *_rows(LIVE)]


def at_rest(history: "History") -> list[str]:
    """No line stuck unseen; what is closed is what the bank did; no sending hangs in the air."""
    return [*_closed_truly(history), *_nothing_hangs(), *history.unseen()]


def _credited_once(history: "History") -> list[str]:
    found = []
    fresh = history.bank.booked[history.judged_count :]
    history.judged_count += len(fresh)
    if fresh:
        told = {row[0]: row[1:] for row in _rows_of(CARDS)}
        for booking in fresh:
            line = booking.line
            approved = told.get(line.end_to_end_id)
            if approved is None or (line.amount_fen, line.card) != (approved[0], card_number(approved[1])):
                found.append(f"the bank credited {line.end_to_end_id} as nobody approved it: {line}")
        for entitlement, lines in history.bank.credited().items():
            if len(lines) > 1:
                found.append(f"{entitlement} is credited {len(lines)} times: {[line.message_id for line in lines]}")
    return found


def _closed_truly(history: "History") -> list[str]:
    lying = {line.end_to_end_id for lines in history.bank.credited().values() for line in lines}
    return [
        f"{end_to_end_id} is {state} in a closed request, at the bank it is {'' if end_to_end_id in lying else 'not '}credited"
        for end_to_end_id, state in _rows_of(CLOSED)
        if (state == "credited") != (end_to_end_id in lying)
    ]


def _nothing_hangs() -> list[str]:
    return [
        f"instruction {number} is still {kind}"
        for number, kind in _rows_of(
            "SELECT sent.message_id, stands.kind FROM banking_paymentinstruction AS sent "
            "INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = sent.id "
            "WHERE stands.kind IN ('sending', 'sealed')"
        )
    ]


def _rows(statement: str) -> list[str]:
    return [row[0] for row in _rows_of(statement)]


def _rows_of(statement: str) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()
