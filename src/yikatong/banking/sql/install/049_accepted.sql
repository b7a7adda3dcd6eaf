-- Bookings that were accepted as the payments that they are (认作已发放), one of each, found by what its result was taken
-- from.
CREATE OR REPLACE VIEW banking_acceptedline AS
SELECT
    subject.id AS request_id,
    retry.fiscal_year,
    retry.id AS payment_id,
    retry.end_to_end_id,
    booked.request_id AS booked_request_id,
    booked.payment_id AS booked_payment_id,
    booked.end_to_end_id AS booked_id,
    booked.statement_id,
    booked.line_no,
    outcome.amount_fen,
    outcome.recorded_at
FROM payments_paymentrequest AS subject
INNER JOIN payments_payment AS retry
    ON subject.fiscal_year = retry.fiscal_year AND subject.id = retry.request_id
INNER JOIN payments_paymentoutcome AS outcome
    ON
        retry.fiscal_year = outcome.fiscal_year AND retry.id = outcome.payment_id
        AND outcome.sequence = 1 AND outcome.result = 'credited'
-- Of several that are alike the latest: a bank may leave references out.
CROSS JOIN
    LATERAL (
        SELECT
            earlier.request_id,
            earlier.id AS payment_id,
            earlier.end_to_end_id,
            line.statement_id,
            line.line_no
        FROM payments_payment AS earlier
        INNER JOIN banking_statementline AS line
            ON
                earlier.end_to_end_id = line.end_to_end_id AND line.side = 'debit'
                AND outcome.amount_fen = line.amount_fen AND outcome.booked_on = line.booked_on
                AND outcome.bank_reference = line.bank_reference
        WHERE
            earlier.fiscal_year = retry.fiscal_year AND earlier.entitlement_id = retry.entitlement_id
            AND earlier.attempt < retry.attempt
        ORDER BY line.statement_id DESC, line.line_no DESC LIMIT 1
    ) AS booked
WHERE subject.kind = 'accepted';
