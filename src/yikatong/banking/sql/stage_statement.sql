-- Lays down, as a set to compare, what the statements debited for a request: by its payments, and by its instructions'
-- numbers where a booking names no payment of it.
INSERT INTO payments_statementitem (statement_id, request_id, end_to_end_id, amount_fen)
SELECT
    %(statement_id)s,
    %(request_id)s,
    line.end_to_end_id,
    line.amount_fen
FROM banking_statementline AS line
INNER JOIN banking_bankstatement AS statement ON line.statement_id = statement.id
INNER JOIN banking_bankstatement AS latest ON statement.agreement_id = latest.agreement_id
LEFT JOIN payments_payment AS payment
    ON
        line.end_to_end_id = payment.end_to_end_id
        AND payment.request_id = %(request_id)s
        AND payment.fiscal_year = %(fiscal_year)s
WHERE
    latest.id = %(statement_id)s
    AND line.side = 'debit'
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
