-- The people of one refund.
SELECT
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    line.amount_fen,
    outcome.result,
    outcome.reason_words,
    outcome.booked_on
FROM payments_refundline AS line
INNER JOIN payments_paymentoutcome AS outcome
    ON line.fiscal_year = outcome.fiscal_year AND line.outcome_id = outcome.id
INNER JOIN payments_payment AS payment
    ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
INNER JOIN registry_person AS person ON payment.payee_id = person.id
LEFT JOIN core_area AS village ON person.village_code = village.code
WHERE line.refund_id = %(refund)s
ORDER BY line.id
