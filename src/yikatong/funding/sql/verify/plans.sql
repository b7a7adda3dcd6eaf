-- 已批准的用款计划等于批次，六个签字在同一指纹上，并且钱正好转了一次
SELECT
    'cash_plan:' || plan.id || ' ' || plan.case_no AS subject,
    batch.total_fen || ' / ' || batch.digest AS expected,
    plan.declared_fen || ' / ' || plan.digest || ' / ' || coalesce(moved.amount_fen::text, 'not posted') AS found
FROM funding_cashplan AS plan
INNER JOIN batches_paymentbatch AS batch ON plan.batch_id = batch.id
LEFT JOIN ledger_transfer AS moved ON moved.key = 'plan:' || plan.id
LEFT JOIN ledger_transfer AS undone ON undone.key = 'unplan:' || plan.id
WHERE
    (plan.digest, plan.case_no, plan.area_code, plan.agency_id)
    IS DISTINCT FROM (batch.digest, batch.case_no, batch.area_code, batch.agency_id)
    OR (
        plan.state = 'approved' AND (
            batch.state <> 'approved'
            OR plan.declared_fen <> batch.total_fen
            OR moved.amount_fen IS DISTINCT FROM batch.total_fen
            OR undone.id IS NOT NULL
            OR NOT funding_decided('payment_batch', batch.id, batch.digest, ARRAY['assemble', 'review', 'approve'])
            OR NOT funding_decided('cash_plan', plan.id, batch.digest, ARRAY['apply', 'verify', 'approve'])
        )
    )
    OR (plan.state <> 'approved' AND moved.amount_fen IS DISTINCT FROM undone.amount_fen)
