-- 每份存档文件与存入时审计链记下的一样，密文没有动过
SELECT
    event.subject,
    event.detail::text AS expected,
    coalesce(file.digest || ' ' || file.size, '文件不见了') AS found
FROM core_auditevent AS event
LEFT JOIN core_storedfile AS file ON event.subject = 'file:' || file.id
WHERE
    event.name = 'file.stored'
    AND (
        file.id IS NULL
        OR event.official_id <> file.stored_by_id
        OR event.business_at <> file.stored_at
        OR event.detail <> jsonb_build_object(
            'kind', file.kind,
            'digest', file.digest,
            'size', file.size,
            'sealed', encode(sha256(file.content), 'hex')
        )
    )
