-- 失败或退票的每一笔，占用它的只有一份重新发放或一份退回，并且那里真有这一笔
SELECT
    'outcome:' || claim.outcome_id AS subject,
    'one payment again or one refund' AS expected,
    concat_ws(' / ', claim.request_id, claim.refund_id, retry.id, line.id) AS found
FROM payments_outcomeclaim AS claim
LEFT JOIN payments_payment AS retry
    ON
        claim.fiscal_year = retry.fiscal_year AND claim.outcome_id = retry.retries_outcome_id
        AND NOT EXISTS (
            SELECT 1 FROM payments_paymentrequest AS request
            WHERE request.id = retry.request_id AND request.state = 'void'
        )
LEFT JOIN payments_refundline AS line
    ON claim.fiscal_year = line.fiscal_year AND claim.outcome_id = line.outcome_id AND claim.refund_id = line.refund_id
WHERE
    num_nonnulls(claim.request_id, claim.refund_id) <> 1
    OR retry.request_id IS DISTINCT FROM claim.request_id
    OR line.refund_id IS DISTINCT FROM claim.refund_id
