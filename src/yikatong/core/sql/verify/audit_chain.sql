-- 审计链首尾相接，事件与封存的字节一致
SELECT
    'audit:' || coalesce(event.id, seal.event_id) AS subject,
    'intact' AS expected,
    CASE
        WHEN event.id IS NULL THEN 'event missing'
        WHEN seal.sequence IS NULL THEN 'not sealed'
        ELSE 'altered'
    END AS found
FROM core_auditevent AS event
FULL JOIN (
    SELECT
        link.sequence,
        link.event_id,
        link.previous,
        link.hash,
        lag(link.hash, 1, '\x'::bytea) OVER (ORDER BY link.sequence) AS hash_before,
        row_number() OVER (ORDER BY link.sequence) AS place
    FROM core_auditseal AS link
) AS seal ON event.id = seal.event_id
WHERE
    event.id IS NULL
    OR (seal.sequence IS NULL AND event.recorded_at < clock_timestamp() - interval '1 hour')
    OR (
        seal.sequence IS NOT NULL AND (
            seal.previous <> seal.hash_before
            OR seal.sequence <> seal.place
            OR seal.hash <> sha256(seal.previous || convert_to(seal.sequence::text, 'UTF8') || event.body)
        )
    )
    OR convert_from(event.body, 'UTF8')::jsonb IS DISTINCT FROM jsonb_build_object(
        'id', event.id, 'name', event.name, 'subject', event.subject, 'official', event.official_id,
        'detail', event.detail, 'business_at', event.business_at, 'recorded_at', event.recorded_at
    )
