-- What confirmed receipts have brought back of each payment: the bank credits at most once, net of returns.
CREATE OR REPLACE VIEW payments_recovered AS
SELECT
    recovery.fiscal_year,
    recovery.payment_id,
    recovery.batch_id,
    sum(receipt.amount_fen)::bigint AS recovered_fen
FROM payments_recovery AS recovery
INNER JOIN payments_recoveryreceipt AS receipt ON recovery.id = receipt.recovery_id AND receipt.state = 'confirmed'
GROUP BY recovery.fiscal_year, recovery.payment_id, recovery.batch_id;
