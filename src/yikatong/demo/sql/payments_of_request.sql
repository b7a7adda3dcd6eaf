-- The payments of a request with what tells their cards apart, for arranging at the demo's bank who fails.
SELECT
    payment.end_to_end_id,
    card.number_index
FROM payments_payment AS payment
INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id
INNER JOIN registry_card AS card ON payment.card_id = card.id
INNER JOIN batches_paymentbatch AS batch
    ON request.batch_id = batch.id AND payment.fiscal_year = batch.fiscal_year
WHERE payment.request_id = %(request_id)s
ORDER BY payment.id
