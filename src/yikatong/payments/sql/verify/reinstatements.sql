-- 作废文件重新算数的每一次都与审计链里记下的一样
SELECT
    coalesce('reinstatement:' || made.id, event.subject) AS subject,
    coalesce(event.detail::text, '审计链里没有') AS expected,
    coalesce(made.ground, '这一次不见了') AS found
FROM payments_reinstatement AS made
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'payment_request.reinstated'
) AS event
    ON event.subject = 'payment_request:' || made.request_id AND (event.detail ->> 'id')::bigint = made.id
WHERE
    made.id IS NULL
    OR event.id IS NULL
    OR event.business_at IS DISTINCT FROM made.decided_at
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM payments_reinstatement_detail(made)
