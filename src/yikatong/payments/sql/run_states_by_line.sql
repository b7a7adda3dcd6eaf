-- A run of one request's payments by state, from the payments one by one.
SELECT
    payment.state,
    count(*) AS line_count,
    sum(payment.amount_fen)::bigint AS total_fen
FROM payments_paymentstate AS payment
WHERE
    payment.request_id = %(request)s
    AND payment.fiscal_year = %(fiscal_year)s
    AND payment.payment_id BETWEEN %(first_id)s AND %(last_id)s
GROUP BY payment.state
ORDER BY payment.state
