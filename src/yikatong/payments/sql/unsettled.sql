-- Which of some batches have money in suspense: by the ledger's balance, and those of which more failed or came back
-- than was ever posted. Two sums a batch, however many lines there were.
SELECT
    batch.id,
    batch.fiscal_year
FROM batches_paymentbatch AS batch
LEFT JOIN ledger_account AS account ON batch.case_no = account.case_no AND account.kind = 'suspense'
LEFT JOIN ledger_balance AS balance ON account.id = balance.account_id
CROSS JOIN
    LATERAL (
        SELECT coalesce(sum(applied.failed_fen + applied.returned_fen), 0) AS astray_fen
        FROM payments_paymentrequest AS request
        INNER JOIN payments_appliedreport AS applied ON request.id = applied.request_id
        WHERE request.batch_id = batch.id
    ) AS told
WHERE
    batch.id = any(%(batches)s)
    AND (balance.in_fen <> balance.out_fen OR told.astray_fen > coalesce(balance.in_fen, 0))
ORDER BY batch.fiscal_year, batch.id
