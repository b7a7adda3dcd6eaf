-- Credited payments of a closed request of a batch that a name finds, with what is demanded back of each already.
SELECT
    state.payment_id,
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    card.tail AS card_tail,
    state.amount_fen,
    state.booked_on,
    payments_demanded_fen(state.fiscal_year, state.payment_id) AS demanded_fen
FROM payments_paymentrequest AS request
INNER JOIN payments_paymentstate AS state
    ON request.id = state.request_id AND request.fiscal_year = state.fiscal_year
INNER JOIN registry_person AS person ON state.payee_id = person.id
INNER JOIN registry_card AS card ON state.card_id = card.id
LEFT JOIN core_area AS village ON person.village_code = village.code
WHERE
    request.batch_id = %(batch)s AND request.state = 'closed' AND state.state = 'credited'
    AND person.name LIKE %(beginning)s || '%%'
ORDER BY person.name, state.payment_id
LIMIT 50
