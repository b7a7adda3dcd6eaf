-- 认作已发放的每一笔，对账单上有且只有一笔同日、同流水号、同额的付款，没有再付过
SELECT
    'payment:' || payment.end_to_end_id AS subject,
    'one debit of ' || payment.amount_fen AS expected,
    booked.line_count || ' debits' AS found
FROM payments_paymentrequest AS request
INNER JOIN payments_payment AS payment
    ON request.fiscal_year = payment.fiscal_year AND request.id = payment.request_id
INNER JOIN payments_paymentoutcome AS outcome
    ON payment.fiscal_year = outcome.fiscal_year AND payment.id = outcome.payment_id AND outcome.sequence = 1
CROSS JOIN
    LATERAL (
        SELECT count(*) AS line_count FROM banking_acceptedline AS line
        WHERE line.fiscal_year = payment.fiscal_year AND line.payment_id = payment.id
    ) AS booked
WHERE
    request.kind = 'accepted'
    AND (
        booked.line_count <> 1 OR outcome.result <> 'credited'
        OR EXISTS (
            SELECT 1 FROM banking_paymentinstruction AS sent
            WHERE sent.request_id = request.id
        )
    )
