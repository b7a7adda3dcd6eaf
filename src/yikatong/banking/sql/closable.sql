-- Requests whose every payment is answered and whose last answer lies on or before the latest statement's day, with
-- statements without a hole since the sealing: where a day or a line is missing, a payment that the bank calls failed
-- could have been booked there, and closing would let it be paid again.
SELECT
    request.id AS request_id,
    latest.id AS statement_id
FROM payments_paymentrequest AS request
INNER JOIN (
    SELECT
        one.request_id,
        place.account_id,
        min(one.sealed_at AT TIME ZONE 'Asia/Shanghai')::date AS first_day
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_account AS place ON one.agreement_id = place.agreement_id
    INNER JOIN banking_instructionstate AS stands ON one.id = stands.instruction_id
    WHERE stands.kind <> 'void'
    GROUP BY one.request_id, place.account_id
    HAVING bool_and(stands.kind IN ('acknowledged', 'refused'))
) AS sent ON request.id = sent.request_id
INNER JOIN (
    SELECT
        applied.request_id,
        sum(applied.credited_count + applied.failed_count) AS answered_count,
        max(told.booked_on) AS last_day
    FROM payments_appliedreport AS applied
    INNER JOIN payments_paymentrequest AS open_one
        ON applied.request_id = open_one.id AND open_one.state = 'released'
    CROSS JOIN
        LATERAL (
            SELECT max(outcome.booked_on) AS booked_on
            FROM payments_paymentoutcome AS outcome
            WHERE outcome.applied_report_id = applied.id AND outcome.sequence = 1
        ) AS told
    GROUP BY applied.request_id
) AS answered ON request.id = answered.request_id
INNER JOIN (
    SELECT DISTINCT ON (statement.agreement_id)
        statement.agreement_id,
        statement.id,
        statement.day
    FROM banking_bankstatement AS statement
    ORDER BY statement.agreement_id ASC, statement.day DESC
) AS latest ON sent.account_id = latest.agreement_id
WHERE
    request.state = 'released'
    AND answered.answered_count = request.count
    AND answered.last_day <= latest.day
    AND NOT EXISTS (
        SELECT 1
        FROM banking_bankstatement AS one
        LEFT JOIN LATERAL (
            SELECT before.closing_fen FROM banking_bankstatement AS before
            WHERE before.agreement_id = one.agreement_id AND before.day < one.day
            ORDER BY before.day DESC LIMIT 1
        ) AS earlier ON TRUE
        WHERE
            one.agreement_id = sent.account_id AND one.day >= sent.first_day
            AND (
                one.closing_fen <> one.opening_fen + one.credit_fen - one.debit_fen
                OR earlier.closing_fen <> one.opening_fen
            )
    )
ORDER BY request.id
