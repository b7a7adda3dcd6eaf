-- 每条有效的应发明细占且只占一个名额，作废的不占
-- Whole tables, joined by hashing.
SELECT
    'entitlement:' || coalesce(due.id, claim.entitlement_id) AS subject,
    CASE WHEN batch.state = 'void' THEN 'no claim' ELSE 'one claim' END AS expected,
    CASE WHEN claim.entitlement_id IS NULL THEN 'no claim' ELSE 'a claim that is not its own' END AS found
FROM batches_entitlement AS due
FULL JOIN batches_claim AS claim ON due.fiscal_year = claim.fiscal_year AND due.id = claim.entitlement_id
LEFT JOIN batches_paymentbatch AS batch ON due.batch_id = batch.id
WHERE
    due.id IS NULL
    OR (due.program_id, due.cycle_id, due.county_code)
    IS DISTINCT FROM (batch.program_id, batch.cycle_id, batch.area_code)
    OR (batch.state = 'void') IS DISTINCT FROM (claim.entitlement_id IS NULL)
    OR (
        claim.entitlement_id IS NOT NULL
        AND (due.program_id, due.cycle_id, due.beneficiary_id, due.occasion, due.kind, due.batch_id)
        IS DISTINCT FROM
        (claim.program_id, claim.cycle_id, claim.beneficiary_id, claim.occasion, claim.kind, claim.batch_id)
    )
