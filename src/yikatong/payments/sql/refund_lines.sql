-- The people of one refund.
SELECT
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    line.amount_fen,
    outcome.result,
    outcome.reason_words,
    coalesce(outcome.booked_on, receipt.received_on) AS booked_on,
    coalesce(demand.no, '') AS recovery_no,
    coalesce(receipt.voucher_no, '') AS receipt_voucher_no
FROM payments_refundline AS line
LEFT JOIN payments_paymentoutcome AS outcome
    ON line.fiscal_year = outcome.fiscal_year AND line.outcome_id = outcome.id
LEFT JOIN payments_recoveryreceipt AS receipt ON line.receipt_id = receipt.id
LEFT JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
INNER JOIN payments_payment AS payment
    ON line.fiscal_year = payment.fiscal_year AND payment.id = coalesce(outcome.payment_id, demand.payment_id)
INNER JOIN registry_person AS person ON payment.payee_id = person.id
LEFT JOIN core_area AS village ON person.village_code = village.code
WHERE line.refund_id = %(refund)s
ORDER BY line.id
