-- The people of one village who were really paid; names are masked before they are shown.
SELECT
    person.name,
    person.group_no,
    payment.amount_fen,
    outcome.booked_on,
    coalesce(recovered.recovered_fen, 0)::bigint AS recovered_fen
FROM disclosure_smsmessage AS message
INNER JOIN payments_payment AS payment
    ON message.fiscal_year = payment.fiscal_year AND message.payment_id = payment.id
INNER JOIN batches_entitlement AS entitlement
    ON payment.fiscal_year = entitlement.fiscal_year AND payment.entitlement_id = entitlement.id
INNER JOIN payments_paymentoutcome AS outcome
    ON payment.fiscal_year = outcome.fiscal_year AND payment.id = outcome.payment_id AND outcome.sequence = 1
LEFT JOIN payments_paymentoutcome AS later
    ON payment.fiscal_year = later.fiscal_year AND payment.id = later.payment_id AND later.sequence = 2
LEFT JOIN payments_recovered AS recovered
    ON payment.fiscal_year = recovered.fiscal_year AND payment.id = recovered.payment_id
INNER JOIN registry_person AS person ON payment.payee_id = person.id
WHERE message.notice_id = %(notice)s AND entitlement.village_code = %(village)s AND later.id IS NULL
ORDER BY person.group_no, payment.id
