-- 登记的实际发放情况与到账明细一致，笔数、金额、日期、指纹都对得上
SELECT
    'paid_notice:' || notice.id AS subject,
    concat_ws(
        ' ', count(payment.id), sum(payment.amount_fen), min(outcome.booked_on), max(outcome.booked_on),
        disclosure_digest(notice.id)
    ) AS expected,
    concat_ws(' ', notice.count, notice.total_fen, notice.paid_from, notice.paid_to, notice.digest) AS found
FROM disclosure_paidnotice AS notice
LEFT JOIN disclosure_smsmessage AS message ON notice.id = message.notice_id
LEFT JOIN payments_payment AS payment
    ON
        message.fiscal_year = payment.fiscal_year AND message.payment_id = payment.id
        AND notice.request_id = payment.request_id
LEFT JOIN payments_paymentoutcome AS outcome
    ON payment.fiscal_year = outcome.fiscal_year AND payment.id = outcome.payment_id AND outcome.sequence = 1
GROUP BY notice.id
HAVING
    count(message.id) <> notice.count
    OR count(outcome.id) FILTER (WHERE outcome.result = 'credited') <> notice.count
    OR sum(payment.amount_fen) IS DISTINCT FROM notice.total_fen
    OR min(outcome.booked_on) IS DISTINCT FROM notice.paid_from
    OR max(outcome.booked_on) IS DISTINCT FROM notice.paid_to
    OR notice.due_on <> notice.paid_to + 5
    OR disclosure_digest(notice.id) <> notice.digest
