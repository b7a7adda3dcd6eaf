-- 短信只发给已到账的人：到账的一人一条，没有到账的一条也没有
SELECT
    'payment:' || state.payment_id AS subject,
    CASE WHEN state.result = 'credited' THEN 'one message' ELSE 'no message' END AS expected,
    CASE WHEN message.id IS NULL THEN 'no message' ELSE 'message ' || message.id END AS found
FROM payments_paymentstate AS state
INNER JOIN payments_paymentrequest AS request ON state.request_id = request.id AND request.state = 'closed'
LEFT JOIN disclosure_smsmessage AS message
    ON state.fiscal_year = message.fiscal_year AND state.payment_id = message.payment_id
WHERE
    (state.result = 'credited' AND message.id IS NULL)
    OR (coalesce(state.result, 'failed') = 'failed' AND message.id IS NOT NULL)
    OR (message.person_id <> state.payee_id)
    OR (strpos(message.text, disclosure_yuan(state.amount_fen) || '元') = 0)
UNION ALL
SELECT
    'message:' || message.id AS subject,
    'a closed request' AS expected,
    coalesce(request.state, 'no payment') AS found
FROM disclosure_smsmessage AS message
LEFT JOIN payments_payment AS payment
    ON message.fiscal_year = payment.fiscal_year AND message.payment_id = payment.id
LEFT JOIN payments_paymentrequest AS request ON payment.request_id = request.id
WHERE request.state IS DISTINCT FROM 'closed'
