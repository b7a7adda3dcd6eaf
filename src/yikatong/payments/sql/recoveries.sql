-- Recoveries with their person and what came in; ``days`` since the demand.
SELECT
    demand.id,
    demand.no,
    demand.cause,
    demand.state,
    program.name AS program_name,
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    demand.amount_fen,
    paid.amount_fen AS credited_fen,
    payments_received_fen(demand.id) AS received_fen,
    demand.demanded_on,
    demand.due_on,
    demand.reason,
    %(today)s - demand.demanded_on AS days
FROM payments_recovery AS demand
INNER JOIN batches_paymentbatch AS batch ON demand.batch_id = batch.id
INNER JOIN catalog_program AS program ON batch.program_id = program.id
INNER JOIN payments_payment AS paid ON demand.fiscal_year = paid.fiscal_year AND demand.payment_id = paid.id
INNER JOIN registry_person AS person ON paid.payee_id = person.id
LEFT JOIN core_area AS village ON person.village_code = village.code
WHERE demand.id = any(%(recoveries)s)
ORDER BY demand.id DESC
