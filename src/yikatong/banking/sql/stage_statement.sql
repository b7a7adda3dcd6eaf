-- Lays down, as a set to compare, what the statements debited for a request: by its instructions' numbers, and by its
-- payments where a booking names another instruction or none. Of the bookings that name an instruction of the request,
-- which are nearly all, no payment is looked for. What was paid of a void file has no partner on purpose, so that
-- nothing closes over it; once two people have settled that, it is left out. Nor has what went to another card (C08),
-- which counts once two people have settled it. The lines are found by their statements:
-- of the account those since the sealing (OFFSET keeps the lines of all years from being gone through).
WITH sent AS MATERIALIZED (
    SELECT
        one.message_id,
        one.sealed_at
    FROM banking_paymentinstruction AS one
    WHERE one.request_id = %(request_id)s
),

gone AS MATERIALIZED (
    SELECT one.message_id FROM banking_voidfile AS one
    WHERE one.request_id = %(request_id)s
),

booked AS (
    SELECT
        line.end_to_end_id,
        line.amount_fen,
        line.message_id IN (SELECT sent.message_id FROM sent) AS is_named,
        line.message_id IN (SELECT gone.message_id FROM gone) AS is_of_void,
        (line.statement_id, line.line_no) IN (
            SELECT
                strange.statement_id,
                strange.line_no
            FROM banking_unsettledcard AS strange
            WHERE strange.request_id = %(request_id)s
        ) AS is_of_other_card,
        settled.statement_id IS NOT NULL AS is_settled
    FROM banking_bankstatement AS latest
    INNER JOIN banking_bankstatement AS statement
        ON
            latest.agreement_id = statement.agreement_id
            AND statement.day >= (SELECT min(sent.sealed_at)::date - 1 FROM sent)
    LEFT JOIN (
        SELECT DISTINCT one.statement_id FROM banking_break AS one
        WHERE one.request_id = %(request_id)s AND one.kind = 'paid_though_void' AND one.state = 'settled'
    ) AS settled ON statement.id = settled.statement_id
    CROSS JOIN
        LATERAL (
            SELECT one.* FROM banking_statementline AS one
            WHERE one.statement_id = statement.id AND one.side = 'debit'
            ORDER BY one.statement_id
            OFFSET 0
        ) AS line
    WHERE latest.id = %(statement_id)s
)

INSERT INTO payments_statementitem (statement_id, request_id, end_to_end_id, amount_fen)
SELECT
    %(statement_id)s,
    %(request_id)s,
    CASE WHEN booked.is_of_void OR booked.is_of_other_card THEN '#' ELSE '' END
    || booked.end_to_end_id AS end_to_end_id,
    booked.amount_fen
FROM booked
LEFT JOIN LATERAL (
    SELECT payment.request_id FROM payments_payment AS payment
    WHERE
        NOT booked.is_named
        AND payment.end_to_end_id = booked.end_to_end_id
        AND payment.fiscal_year = %(fiscal_year)s
    ORDER BY payment.end_to_end_id LIMIT 1
) AS own ON TRUE
WHERE
    (booked.is_named OR own.request_id = %(request_id)s)
    AND NOT (booked.is_of_void AND booked.is_settled)
