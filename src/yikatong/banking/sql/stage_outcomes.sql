-- Lays the lines of one report down for payments: whose request they are, and the payment's own amount where the bank
-- does not repeat it. Lines that belong to no request of ours stay behind. A payment is looked for only where the line
-- does not say enough by itself, first in its instruction's own year, then in the years that were ever instructed.
INSERT INTO payments_reportedline (
    report_id, request_id, line_no, end_to_end_id, result, reason_code, action, reason_words, amount_fen,
    bank_reference, booked_on
)
SELECT
    line.report_id,
    coalesce(instruction.request_id, payment.request_id) AS request_id,
    line.line_no,
    line.end_to_end_id,
    line.result,
    line.reason_code,
    line.action,
    line.reason_words,
    coalesce(line.amount_fen, own.amount_fen, payment.amount_fen, 0) AS amount_fen,
    line.bank_reference,
    line.booked_on
FROM banking_reportrow AS line
LEFT JOIN banking_paymentinstruction AS instruction
    ON line.message_id = instruction.message_id AND instruction.provider_id = %(provider_id)s
-- LIMIT keeps the search from becoming a join of everything with everything.
LEFT JOIN LATERAL (
    SELECT
        named.id,
        named.amount_fen
    FROM payments_payment AS named
    WHERE
        line.amount_fen IS NULL
        AND named.end_to_end_id = line.end_to_end_id
        AND named.fiscal_year = instruction.fiscal_year
        AND named.request_id = instruction.request_id
    ORDER BY named.id LIMIT 1
) AS own ON TRUE
LEFT JOIN LATERAL (
    SELECT
        named.request_id,
        named.amount_fen
    FROM payments_payment AS named
    WHERE
        (instruction.id IS NULL OR (line.amount_fen IS NULL AND own.id IS NULL))
        AND named.end_to_end_id = line.end_to_end_id
        AND named.fiscal_year = any(
            array(SELECT DISTINCT earlier.fiscal_year FROM banking_paymentinstruction AS earlier)
        )
    ORDER BY named.id LIMIT 1
) AS payment ON TRUE
WHERE
    line.report_id = %(report_id)s
    AND coalesce(instruction.request_id, payment.request_id) IS NOT NULL
