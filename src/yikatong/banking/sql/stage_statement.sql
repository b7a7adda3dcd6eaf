-- Lays down, as a set to compare, what the statements debited for a request: by its instructions' numbers, and by its
-- payments where a booking names another instruction or none. Of the bookings that name an instruction of the request,
-- which are nearly all, no payment is looked for. What was paid of a void file has no partner on purpose, so that
-- nothing closes over it; once two people have settled that, it is left out.
WITH gone AS MATERIALIZED (
    SELECT one.message_id FROM banking_voidfile AS one
    WHERE one.request_id = %(request_id)s
),

booked AS NOT MATERIALIZED (
    SELECT
        line.end_to_end_id,
        CASE WHEN gone.message_id IS NULL THEN line.end_to_end_id ELSE '#' || line.end_to_end_id END AS compared_id,
        line.amount_fen,
        line.message_id IN (
            SELECT sent.message_id FROM banking_paymentinstruction AS sent
            WHERE sent.request_id = %(request_id)s
        ) AS is_named
    FROM banking_statementline AS line
    INNER JOIN banking_bankstatement AS statement ON line.statement_id = statement.id
    INNER JOIN banking_bankstatement AS latest ON statement.agreement_id = latest.agreement_id
    LEFT JOIN gone ON line.message_id = gone.message_id
    WHERE
        latest.id = %(statement_id)s
        AND line.side = 'debit'
        AND statement.day >= (
            SELECT min(sent.sealed_at)::date - 1 FROM banking_paymentinstruction AS sent
            WHERE sent.request_id = %(request_id)s
        )
        AND (
            gone.message_id IS NULL
            OR NOT EXISTS (
                SELECT 1 FROM banking_break AS settled
                WHERE
                    settled.statement_id = line.statement_id AND settled.request_id = %(request_id)s
                    AND settled.kind = 'paid_though_void' AND settled.state = 'settled'
            )
        )
)

INSERT INTO payments_statementitem (statement_id, request_id, end_to_end_id, amount_fen)
SELECT
    %(statement_id)s,
    %(request_id)s,
    booked.compared_id,
    booked.amount_fen
FROM booked
WHERE booked.is_named
UNION ALL
SELECT
    %(statement_id)s,
    %(request_id)s,
    booked.compared_id,
    booked.amount_fen
FROM booked
INNER JOIN payments_payment AS payment
    ON
        booked.end_to_end_id = payment.end_to_end_id
        AND payment.request_id = %(request_id)s
        AND payment.fiscal_year = %(fiscal_year)s
WHERE NOT booked.is_named
