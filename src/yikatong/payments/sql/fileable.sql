-- Approved batches whose money was drawn and that were not requested yet.
SELECT batch.id
FROM batches_paymentbatch AS batch
WHERE
    batch.state = 'approved'
    AND EXISTS (
        SELECT 1 FROM funding_cashplan AS plan
        INNER JOIN funding_drawdown AS drawdown ON plan.id = drawdown.cash_plan_id
        WHERE plan.batch_id = batch.id AND plan.state = 'approved' AND drawdown.state = 'made'
    )
    AND NOT EXISTS (
        SELECT 1 FROM payments_paymentrequest AS request
        WHERE request.batch_id = batch.id
    )
