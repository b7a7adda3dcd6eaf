-- Lays down, as a set to compare, what the statements debited for a request: by its payments, and by its instructions'
-- numbers where a booking names no payment of it. What was paid of a void file has no partner on purpose, so that
-- nothing closes over it; once two people have settled that, it is left out.
INSERT INTO payments_statementitem (statement_id, request_id, end_to_end_id, amount_fen)
SELECT
    %(statement_id)s,
    %(request_id)s,
    CASE WHEN gone.message_id IS NULL THEN line.end_to_end_id ELSE '#' || line.end_to_end_id END AS end_to_end_id,
    line.amount_fen
FROM banking_statementline AS line
INNER JOIN banking_bankstatement AS statement ON line.statement_id = statement.id
INNER JOIN banking_bankstatement AS latest ON statement.agreement_id = latest.agreement_id
LEFT JOIN (
    SELECT sent.message_id
    FROM banking_paymentinstruction AS sent
    INNER JOIN banking_instructionstate AS stands ON sent.id = stands.instruction_id AND stands.kind = 'void'
    WHERE sent.request_id = %(request_id)s
) AS gone ON line.message_id = gone.message_id
LEFT JOIN payments_payment AS payment
    ON
        line.end_to_end_id = payment.end_to_end_id
        AND payment.request_id = %(request_id)s
        AND payment.fiscal_year = %(fiscal_year)s
WHERE
    latest.id = %(statement_id)s
    AND line.side = 'debit'
    AND (
        gone.message_id IS NULL
        OR NOT EXISTS (
            SELECT 1 FROM banking_break AS settled
            WHERE
                settled.statement_id = line.statement_id AND settled.request_id = %(request_id)s
                AND settled.kind = 'paid_though_void' AND settled.state = 'settled'
        )
    )
    AND (
        payment.id IS NOT NULL
        OR line.message_id IN (
            SELECT sent.message_id FROM banking_paymentinstruction AS sent
            WHERE sent.request_id = %(request_id)s
        )
    )
    AND statement.day >= (
        SELECT min(sent.sealed_at)::date - 1 FROM banking_paymentinstruction AS sent
        WHERE sent.request_id = %(request_id)s
    )
