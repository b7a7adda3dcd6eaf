-- 短信只发给已到账的人：到账的一人一条，没有到账的一条也没有
-- Whole tables, joined by hashing.
SELECT
    CASE WHEN paid.payment_id IS NULL THEN 'message:' || message.id ELSE 'payment:' || paid.payment_id END AS subject,
    CASE
        WHEN paid.payment_id IS NULL THEN 'a payment of a closed request'
        WHEN paid.result = 'credited' THEN 'one message'
        ELSE 'no message'
    END AS expected,
    CASE
        WHEN paid.payment_id IS NULL THEN 'no such payment'
        WHEN message.id IS NULL THEN 'no message'
        ELSE 'message ' || message.id
    END AS found
FROM (
    SELECT
        payment.fiscal_year,
        payment.id AS payment_id,
        payment.payee_id,
        payment.amount_fen,
        -- The same as payments_paymentstate says, without what became of a failed one afterwards.
        coalesce(later.result, earlier.result) AS result
    FROM payments_payment AS payment
    INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id AND request.state = 'closed'
    LEFT JOIN payments_paymentoutcome AS earlier
        ON payment.fiscal_year = earlier.fiscal_year AND payment.id = earlier.payment_id AND earlier.sequence = 1
    LEFT JOIN payments_paymentoutcome AS later
        ON payment.fiscal_year = later.fiscal_year AND payment.id = later.payment_id AND later.sequence = 2
) AS paid
FULL JOIN disclosure_smsmessage AS message
    ON paid.fiscal_year = message.fiscal_year AND paid.payment_id = message.payment_id
WHERE
    paid.payment_id IS NULL
    OR (paid.result = 'credited' AND message.id IS NULL)
    OR (coalesce(paid.result, 'failed') = 'failed' AND message.id IS NOT NULL)
    OR (message.person_id <> paid.payee_id)
    OR (strpos(message.text, disclosure_yuan(paid.amount_fen) || '元') = 0)
