-- The lines of one month's table: whose money, who is responsible, and why it still lay there.
SELECT
    line.source,
    batch.case_no,
    program.name AS program_name,
    agency.name AS agency_name,
    official.name AS official_name,
    person.name,
    line.cause,
    line.reason,
    line.due_on,
    line.amount_fen
FROM payments_monthendline AS line
INNER JOIN batches_paymentbatch AS batch ON line.batch_id = batch.id
INNER JOIN catalog_program AS program ON batch.program_id = program.id
INNER JOIN core_agency AS agency ON line.agency_id = agency.id
INNER JOIN core_official AS official ON line.official_id = official.id
LEFT JOIN payments_paymentoutcome AS outcome
    ON line.source = 'outcome' AND line.fiscal_year = outcome.fiscal_year AND line.subject_id = outcome.id
LEFT JOIN payments_recoveryreceipt AS receipt ON line.source = 'receipt' AND line.subject_id = receipt.id
LEFT JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
INNER JOIN payments_payment AS payment
    ON line.fiscal_year = payment.fiscal_year AND payment.id = coalesce(outcome.payment_id, demand.payment_id)
INNER JOIN registry_person AS person ON payment.payee_id = person.id
WHERE line.month_end_id = %(month_end)s
ORDER BY agency.name, batch.case_no, line.id
