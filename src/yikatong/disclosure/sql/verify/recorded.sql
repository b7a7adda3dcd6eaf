-- 登记的实际发放情况和短信内容与登记时审计链记下的一样
SELECT
    coalesce('paid_notice:' || notice.id, event.subject) AS subject,
    coalesce(event.detail::text, '审计链里没有') AS expected,
    coalesce(notice.digest || ' ' || disclosure_texts_digest(notice.id), '登记不见了') AS found
FROM disclosure_paidnotice AS notice
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'payment_request.paid_facts_recorded'
) AS event ON event.subject = 'payment_request:' || notice.request_id
LEFT JOIN payments_paymentrequest AS request ON notice.request_id = request.id
WHERE
    notice.id IS NULL
    OR event.id IS NULL
    OR event.business_at <> notice.facts_at
    OR (notice.area_code, notice.agency_id) IS DISTINCT FROM (request.area_code, request.agency_id)
    OR event.detail <> jsonb_build_object(
        'notice', notice.id, 'digest', notice.digest, 'texts', disclosure_texts_digest(notice.id)
    )
