-- The people of a request that accepts what the bank paid: by which booking of which attempt. The booking is told by
-- the result once there is one, else by the statements.
SELECT
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    payment.amount_fen,
    card.tail AS card_tail,
    coalesce(told.booked_id, before.end_to_end_id) AS end_to_end_id,
    coalesce(outcome.booked_on, told.booked_on) AS booked_on,
    coalesce(outcome.bank_reference, told.bank_reference, '') AS bank_reference
FROM payments_payment AS payment
INNER JOIN registry_person AS person ON payment.payee_id = person.id
INNER JOIN registry_card AS card ON payment.card_id = card.id
LEFT JOIN core_area AS village ON person.village_code = village.code
LEFT JOIN payments_paymentoutcome AS failed
    ON payment.fiscal_year = failed.fiscal_year AND payment.retries_outcome_id = failed.id
LEFT JOIN payments_payment AS before
    ON failed.fiscal_year = before.fiscal_year AND failed.payment_id = before.id
LEFT JOIN payments_acceptance AS told
    ON payment.request_id = told.request_id AND payment.fiscal_year = told.fiscal_year AND payment.id = told.payment_id
LEFT JOIN payments_paymentoutcome AS outcome
    ON payment.fiscal_year = outcome.fiscal_year AND payment.id = outcome.payment_id AND outcome.sequence = 1
WHERE payment.request_id = %(request)s AND payment.fiscal_year = %(fiscal_year)s
ORDER BY payment.id
LIMIT %(rows_max)s
