-- Confirmed receipts of a batch that no live refund takes to the treasury yet.
SELECT
    receipt.id AS receipt_id,
    demand.no AS recovery_no,
    piece.case_no,
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    receipt.amount_fen,
    receipt.voucher_no,
    receipt.received_on,
    piece.due_on
FROM payments_suspense AS piece
INNER JOIN payments_recoveryreceipt AS receipt ON piece.source = 'receipt' AND piece.subject_id = receipt.id
INNER JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
INNER JOIN registry_person AS person ON piece.payee_id = person.id
LEFT JOIN core_area AS village ON person.village_code = village.code
WHERE piece.batch_id = any(%(batches)s) AND piece.reason = 'received'
ORDER BY receipt.received_on, receipt.id
