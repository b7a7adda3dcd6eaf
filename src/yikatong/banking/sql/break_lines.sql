-- One page of a difference's lines with whom they were for. The payment is looked up in the years that were ever
-- instructed, line by line of the page (LIMIT keeps that from becoming a join of everything with everything).
SELECT
    line.line_no,
    line.end_to_end_id,
    line.expected_fen,
    line.found_fen,
    named.request_no,
    named.payee_name,
    named.card_prefix,
    named.card_tail
FROM (
    SELECT one.* FROM banking_breakline AS one
    WHERE one.difference_id = %(difference)s AND one.line_no > %(after)s
    ORDER BY one.line_no
    LIMIT %(count)s
) AS line
LEFT JOIN LATERAL (
    SELECT
        request.no AS request_no,
        payee.name AS payee_name,
        card.prefix AS card_prefix,
        card.tail AS card_tail
    FROM payments_payment AS payment
    INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id
    INNER JOIN registry_person AS payee ON payment.payee_id = payee.id
    INNER JOIN registry_card AS card ON payment.card_id = card.id
    WHERE payment.end_to_end_id = line.end_to_end_id AND payment.fiscal_year = any(%(years)s::smallint[])
    ORDER BY payment.end_to_end_id LIMIT 1
) AS named ON TRUE
ORDER BY line.line_no
