-- What of a request's credited money came back by recoveries.
SELECT coalesce(sum(recovered.recovered_fen), 0)::bigint AS total_fen
FROM payments_recovered AS recovered
INNER JOIN payments_payment AS payment
    ON recovered.fiscal_year = payment.fiscal_year AND recovered.payment_id = payment.id
WHERE payment.request_id = %(request)s AND payment.fiscal_year = %(fiscal_year)s
