-- 每份追缴的金额不超过到账的钱，收款合计不超过应追回；确认了的收款都已记账，指纹一致
SELECT
    'recovery:' || demand.no AS subject,
    concat_ws(' ', 'at most', paid.amount_fen, demand.digest) AS expected,
    concat_ws(' ', 'demanded', demanded.total_fen, 'received', received.total_fen, payments_recovery_digest(demand.id))
        AS found
FROM payments_recovery AS demand
LEFT JOIN payments_paymentstate AS paid
    ON demand.fiscal_year = paid.fiscal_year AND demand.payment_id = paid.payment_id
LEFT JOIN payments_paymentrequest AS request ON paid.request_id = request.id
CROSS JOIN
    LATERAL (
        SELECT payments_demanded_fen(demand.fiscal_year, demand.payment_id) AS total_fen
    ) AS demanded
CROSS JOIN
    LATERAL (
        SELECT coalesce(sum(receipt.amount_fen), 0)::bigint AS total_fen
        FROM payments_recoveryreceipt AS receipt
        WHERE receipt.recovery_id = demand.id AND receipt.state <> 'sent_back'
    ) AS received
WHERE
    payments_recovery_digest(demand.id) IS DISTINCT FROM demand.digest
    OR request.batch_id IS DISTINCT FROM demand.batch_id
    OR received.total_fen > demand.amount_fen
    OR demanded.total_fen > paid.amount_fen
    OR (payments_received_fen(demand.id) > 0 AND paid.state IS DISTINCT FROM 'credited')
UNION ALL
SELECT
    'receipt:' || receipt.id AS subject,
    concat_ws(' ', receipt.amount_fen, receipt.digest) AS expected,
    concat_ws(' ', moved.amount_fen, payments_receipt_digest(receipt.id)) AS found
FROM payments_recoveryreceipt AS receipt
LEFT JOIN ledger_transfer AS moved ON moved.key = 'recover:' || receipt.id
WHERE
    payments_receipt_digest(receipt.id) IS DISTINCT FROM receipt.digest
    OR (receipt.state = 'confirmed') <> (moved.amount_fen IS NOT DISTINCT FROM receipt.amount_fen)
