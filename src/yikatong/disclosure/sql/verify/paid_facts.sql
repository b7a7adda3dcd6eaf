-- 登记的实际发放情况与到账明细一致，笔数、金额、日期、指纹都对得上
SELECT
    'paid_notice:' || notice.id AS subject,
    concat_ws(' ', facts.line_count, facts.line_fen, facts.paid_from, facts.paid_to, facts.digest) AS expected,
    concat_ws(' ', notice.count, notice.total_fen, notice.paid_from, notice.paid_to, notice.digest) AS found
FROM disclosure_paidnotice AS notice
INNER JOIN payments_paymentrequest AS request ON notice.request_id = request.id
CROSS JOIN LATERAL disclosure_facts(request, notice.id) AS facts
WHERE
    (facts.line_count, facts.line_fen, facts.paid_from, facts.paid_to, facts.digest)
    IS DISTINCT FROM (notice.count, notice.total_fen, notice.paid_from, notice.paid_to, notice.digest::text)
    OR notice.due_on <> notice.paid_to + 5
    OR notice.count <> (
        SELECT count(*) FROM disclosure_smsmessage AS message
        WHERE message.notice_id = notice.id
    )
