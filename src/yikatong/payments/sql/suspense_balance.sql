-- What the ledger holds in suspense for some batches.
SELECT coalesce(sum(balance.in_fen - balance.out_fen), 0)::bigint AS ledger_fen
FROM batches_paymentbatch AS batch
INNER JOIN ledger_account AS account ON batch.case_no = account.case_no AND account.kind = 'suspense'
INNER JOIN ledger_balance AS balance ON account.id = balance.account_id
WHERE batch.id = any(%(batches)s)
