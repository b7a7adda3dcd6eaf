-- The released request whose payments from the one end-to-end id to the other are exactly those of a lost sending.
SELECT
    request.id AS request_id,
    head.id AS first_id,
    tail.id AS last_id
FROM payments_paymentrequest AS request
INNER JOIN payments_payment AS head
    ON request.id = head.request_id AND request.fiscal_year = head.fiscal_year
INNER JOIN payments_payment AS tail
    ON request.id = tail.request_id AND request.fiscal_year = tail.fiscal_year
WHERE
    request.state = 'released'
    AND head.end_to_end_id = %(first_end_to_end_id)s
    AND tail.end_to_end_id = %(last_end_to_end_id)s
    AND (%(count)s::bigint, %(total_fen)s::bigint) = (
        SELECT
            count(*) AS line_count,
            sum(payment.amount_fen)::bigint AS line_fen
        FROM payments_payment AS payment
        WHERE
            payment.request_id = request.id
            AND payment.fiscal_year = request.fiscal_year
            AND payment.id BETWEEN head.id AND tail.id
    )
