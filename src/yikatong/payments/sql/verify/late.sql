-- 更正后补发的每一笔，都对应一笔以“当年无法纠错”退回国库的钱，人不变、金额不超过退回的，一笔只补发一次
SELECT
    'late:' || coalesce(due.fiscal_year, line.late_year) || '/' || coalesce(due.id, line.entitlement_id) AS subject,
    concat_ws(' ', first.payee_id, owed.amount_fen, 'once') AS expected,
    concat_ws(' ', due.payee_id, due.amount_fen, line.amount_fen, claim.batch_id) AS found
FROM (
    SELECT * FROM batches_entitlement
    WHERE kind = 'late'
) AS due
FULL JOIN payments_lateline AS line ON due.fiscal_year = line.late_year AND due.id = line.entitlement_id
LEFT JOIN payments_owedline AS owed ON line.fiscal_year = owed.fiscal_year AND line.outcome_id = owed.outcome_id
LEFT JOIN batches_entitlement AS first ON owed.fiscal_year = first.fiscal_year AND owed.entitlement_id = first.id
LEFT JOIN batches_paymentbatch AS batch ON line.batch_id = batch.id
LEFT JOIN payments_lateclaim AS claim
    ON line.fiscal_year = claim.fiscal_year AND line.outcome_id = claim.outcome_id AND line.batch_id = claim.batch_id
WHERE
    due.id IS NULL OR line.id IS NULL OR owed.outcome_id IS NULL
    OR line.batch_id <> due.batch_id
    OR (due.payee_id, due.beneficiary_id, due.program_id, due.cycle_id, due.occasion)
    IS DISTINCT FROM (first.payee_id, first.beneficiary_id, first.program_id, first.cycle_id, first.occasion)
    OR due.amount_fen <> line.amount_fen
    OR due.amount_fen > owed.amount_fen
    OR (batch.state = 'void') IS DISTINCT FROM (claim.batch_id IS NULL)
UNION ALL
SELECT
    'late claim:' || claim.outcome_id AS subject,
    'a line of its batch' AS expected,
    'batch ' || claim.batch_id AS found
FROM payments_lateclaim AS claim
WHERE
    NOT EXISTS (
        SELECT 1 FROM payments_lateline AS line
        WHERE
            line.batch_id = claim.batch_id AND line.fiscal_year = claim.fiscal_year
            AND line.outcome_id = claim.outcome_id
    )
