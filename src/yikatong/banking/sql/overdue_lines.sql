-- Instructions that the bank has had for longer than the agreement gives it (three days where it does not say), with
-- the lines it gave no result for.
SELECT
    sent.id AS instruction_id,
    sent.message_id,
    request.no,
    request.area_code,
    request.agency_id,
    agency.name AS agency_name,
    provider.name AS provider_name,
    silent.line_count,
    silent.line_fen,
    stands.happened_at + make_interval(days => coalesce(terms.report_within_days, 3)) AS due_at,
    latest.asked_at,
    latest.answer
FROM banking_paymentinstruction AS sent
INNER JOIN banking_instructionstate AS stands ON sent.id = stands.instruction_id AND stands.kind = 'acknowledged'
INNER JOIN payments_paymentrequest AS request ON sent.request_id = request.id AND request.state = 'released'
INNER JOIN banking_serviceagreement AS terms ON sent.agreement_id = terms.id
INNER JOIN banking_paymentprovider AS provider ON sent.provider_id = provider.id
INNER JOIN core_agency AS agency ON request.agency_id = agency.id
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS line_count,
            coalesce(sum(payment.amount_fen), 0)::bigint AS line_fen
        FROM payments_payment AS payment
        WHERE
            payment.request_id = sent.request_id
            AND payment.fiscal_year = sent.fiscal_year
            AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
            AND NOT EXISTS (
                SELECT 1 FROM payments_paymentoutcome AS outcome
                WHERE outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
            )
    ) AS silent
LEFT JOIN LATERAL (
    SELECT
        asked.asked_at,
        asked.answer
    FROM banking_inquiry AS asked
    WHERE asked.instruction_id = sent.id
    ORDER BY asked.id DESC LIMIT 1
) AS latest ON TRUE
WHERE
    stands.happened_at + make_interval(days => coalesce(terms.report_within_days, 3)) < %(at)s
    AND silent.line_count > 0
ORDER BY sent.id
