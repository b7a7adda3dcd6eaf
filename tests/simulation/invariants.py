"""What must hold after every step, and what must hold when everything has come to rest."""

from typing import TYPE_CHECKING

from django.db import connection

from yikatong.banking import queries as banking
from yikatong.banking import unclosed
from yikatong.payments import queries as payments

from .world import card_number

if TYPE_CHECKING:
    from .history import History

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
# Closed although an answer that cannot be had been left open.
HASTY = """
SELECT 'request ' || request.id || ' was closed with exception ' || problem.id || ' open'
FROM payments_paymentrequest AS request
INNER JOIN core_decision AS closing
    ON closing.flow = 'payment_request' AND closing.verb = 'close' AND closing.subject_id = request.id
INNER JOIN payments_paymentexception AS problem ON problem.request_id = request.id
WHERE request.state = 'closed' AND problem.recorded_at < closing.recorded_at AND NOT EXISTS (
    SELECT 1 FROM core_decision AS resolving
    WHERE resolving.flow = 'payment_exception' AND resolving.verb = 'resolve' AND resolving.subject_id = problem.id
        AND resolving.recorded_at < closing.recorded_at
)
"""
# Closed although a statement named another card, and nobody had settled that.
ELSEWHERE = """
SELECT 'request ' || request.id || ' was closed although ' || line.end_to_end_id || ' went to another card'
FROM payments_paymentrequest AS request
INNER JOIN banking_othercardline AS line ON line.request_id = request.id
INNER JOIN core_decision AS closing
    ON closing.flow = 'payment_request' AND closing.verb = 'close' AND closing.subject_id = request.id
INNER JOIN banking_bankstatement AS statement ON statement.id = line.statement_id
WHERE request.state = 'closed' AND statement.recorded_at < closing.recorded_at AND NOT EXISTS (
    SELECT 1 FROM banking_break AS difference
    WHERE difference.statement_id = line.statement_id AND difference.request_id = line.request_id
        AND difference.kind = 'other_card' AND difference.state = 'settled'
)
"""
# Of payments that the bank booked just now: those that an earlier file had paid, as a statement said before this one was
# sent, and that had not come back.
KNOWINGLY = """
SELECT fresh.end_to_end_id || ' is credited by ' || fresh.message_id || ', and a statement had shown '
    || earlier.end_to_end_id || ' as paid before it was sent'
FROM unnest(%s::text[], %s::text[]) AS fresh (end_to_end_id, message_id)
INNER JOIN banking_paymentinstruction AS sent ON sent.message_id = fresh.message_id
INNER JOIN payments_payment AS own ON own.fiscal_year = 2026 AND own.end_to_end_id = fresh.end_to_end_id
INNER JOIN payments_payment AS earlier
    ON earlier.fiscal_year = 2026 AND earlier.entitlement_id = own.entitlement_id AND earlier.attempt <= own.attempt
CROSS JOIN LATERAL (
    SELECT sum(CASE line.side WHEN 'debit' THEN line.amount_fen ELSE -line.amount_fen END) AS fen
    FROM banking_statementline AS line
    INNER JOIN banking_bankstatement AS statement ON statement.id = line.statement_id
    WHERE line.end_to_end_id = earlier.end_to_end_id AND line.message_id <> sent.message_id
        AND statement.recorded_at < (
            SELECT max(event.recorded_at) FROM banking_instructionevent AS event
            WHERE event.instruction_id = sent.id AND event.kind = 'sending'
        )
) AS shown
WHERE shown.fen > 0
"""
# A statement that is taken for one that differs in nothing, though comparing it line by line finds something.
PAIRED = """
SELECT 'statement ' || statement.id || ' was taken for one that agrees'
FROM banking_bankstatement AS statement
CROSS JOIN LATERAL banking_is_paired(statement.id, statement.day, ARRAY[2026]::smallint[]) AS told
WHERE told.is_paired AND EXISTS (
    SELECT 1 FROM banking_differences(statement.id) AS difference WHERE difference.kind <> 'other_card'
)
"""
CREDITED = "SELECT end_to_end_id FROM payments_paymentstate WHERE fiscal_year = 2026 AND state = 'credited'"
# What was accepted as paid is told by the booking that was.
CLOSED = """
SELECT coalesce(booked.end_to_end_id, payment.end_to_end_id), payment.state
FROM payments_paymentstate AS payment
INNER JOIN payments_paymentrequest AS request ON request.id = payment.request_id
LEFT JOIN banking_acceptedline AS accepted ON accepted.payment_id = payment.payment_id
LEFT JOIN payments_payment AS booked ON booked.fiscal_year = 2026 AND booked.id = accepted.booked_payment_id
WHERE payment.fiscal_year = 2026 AND request.state = 'closed'
    AND payment.payment_id NOT IN (SELECT one.booked_payment_id FROM banking_acceptedline AS one)
"""
# What the county told the bank to leave as it is.
ACCEPTED = """
SELECT booked.end_to_end_id FROM banking_acceptedline AS accepted
INNER JOIN payments_payment AS booked ON booked.fiscal_year = 2026 AND booked.id = accepted.booked_payment_id
"""
# What was paid of a void file while the payment in its place did not arrive.
MAY_BE_ACCEPTED = """
SELECT paid.end_to_end_id FROM payments_unreturned AS paid
INNER JOIN payments_stuckpayment AS stuck
    ON stuck.fiscal_year = paid.fiscal_year AND stuck.entitlement_id = paid.entitlement_id
WHERE paid.fiscal_year = 2026 AND stuck.hold = 'booked'
"""
CARDS = "SELECT end_to_end_id, amount_fen, card_id FROM payments_payment WHERE fiscal_year = 2026"
# Where the money of a payment has not arrived: in transit, or in suspense.
UNPAID = """
SELECT payment.request_id, payment.outcome_id, payment.end_to_end_id, payment.state
FROM payments_paymentstate AS payment
INNER JOIN payments_paymentrequest AS request ON request.id = payment.request_id
WHERE payment.fiscal_year = 2026 AND request.state IN ('released', 'closed')
    AND payment.state IN ('prepared', 'in_transit', 'failed', 'returned')
"""


def after_step(history: "History") -> list[str]:
    """Nobody credited twice or wrongly at the bank's own ledger; the balance exact; one live payment an entitlement."""
    found = _credited_once(history)
    if history.commits.count != history.commits_judged:
        history.commits_judged = history.commits.count
        found += [*_rows(BALANCE), *_rows(LIVE), *_rows(HASTY), *_rows(ELSEWHERE), *_astray(history)]
    return found


def _astray(history: "History") -> list[str]:
    """Payments that count as credited while their money lies on somebody else's card."""
    astray = history.bank.books.astray
    if not astray:
        return []
    return [f"{name} counts as credited, on another card" for (name,) in rows_of(CREDITED) if name in astray]


def at_rest(history: "History") -> list[str]:
    """No line stuck unseen; closed is what the bank did; no sending hangs in the air; what agrees is rightly taken for it."""
    return [*_closed_truly(history), *_nothing_hangs(), *_unseen(history), *_rows(PAIRED)]


def _credited_once(history: "History") -> list[str]:
    bookings = history.bank.books.bookings[history.judged_count :]
    history.judged_count += len(bookings)
    fresh = [one for one in bookings if one.side == "debit" and one.message_id]
    if not fresh:
        return []
    told = {row[0]: row[1:] for row in rows_of(CARDS)}
    found = []
    for booking in fresh:
        approved = told.get(booking.end_to_end_id)
        # Whom the bank pays by its own mistake, nobody can prevent; only that it counts as paid.
        is_astray = booking.end_to_end_id in history.bank.books.went_astray
        if approved is None or booking.amount_fen != approved[0] or (
            booking.payee != card_number(approved[1]) and not is_astray
        ):  # fmt: skip
            found.append(f"the bank credited as nobody approved it: {booking}")
    found += _rows(KNOWINGLY, [one.end_to_end_id for one in fresh], [one.message_id for one in fresh])
    for entitlement, count in history.bank.credited_counts().items():
        if count > 1:
            found.append(f"{entitlement} is credited {count} times")
    return found


def _closed_truly(history: "History") -> list[str]:
    books = history.bank.books
    return [
        f"{end_to_end_id} is {state} in a closed request, at the bank it is credited {books.credited_count(end_to_end_id)} times"
        for end_to_end_id, state in rows_of(CLOSED)
        if (state == "credited") != (books.credited_count(end_to_end_id) == 1) and end_to_end_id not in books.own_faults
    ]


def _unseen(history: "History") -> list[str]:
    """Unpaid lines that stand on nobody's list: no open request among those that are told of, no failure at the clerk's."""
    operator, clerk = history.as_("bank_operator"), history.as_("department_clerk")
    told = {row["request_id"] for row in unclosed.unclosed_requests_for(operator, history.at)}
    told |= {row["request_id"] for row in banking.unsealed_requests_for(operator)}
    stuck = {one.outcome_id for one in payments.stuck_for(clerk)}
    return [
        f"{end_to_end_id} is {state} and nobody is told"
        for request_id, outcome_id, end_to_end_id, state in rows_of(UNPAID)
        if request_id not in told and outcome_id not in stuck
    ]


def _nothing_hangs() -> list[str]:
    return [
        f"instruction {number} is still {kind}"
        for number, kind in rows_of(
            "SELECT sent.message_id, stands.kind FROM banking_paymentinstruction AS sent "
            "INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = sent.id "
            "WHERE stands.kind IN ('sending', 'sealed')"
        )
    ]


def _rows(statement: str, *values: list[str]) -> list[str]:
    return [row[0] for row in rows_of(statement, *values)]


def rows_of(statement: str, *values: list[str]) -> list[tuple]:  # type: ignore[type-arg]
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return cursor.fetchall()
