-- 每次与对账单的核对与当时审计链记下的一样
SELECT
    coalesce('payment_request:' || matched.request_id, event.subject) AS subject,
    coalesce(event.detail::text, '审计链里没有') AS expected,
    coalesce(to_jsonb(matched)::text, '核对记录不见了') AS found
FROM payments_statementmatch AS matched
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'payment_request.matched'
) AS event ON event.subject = 'payment_request:' || matched.request_id
WHERE
    matched.id IS NULL
    OR event.id IS NULL
    OR event.business_at <> matched.matched_at
    OR event.detail <> to_jsonb(matched) - 'recorded_at' - 'matched_at'
