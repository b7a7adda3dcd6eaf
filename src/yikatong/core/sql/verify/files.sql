-- 每份存档文件与存入时审计链记下的一样，密文没有动过
SELECT
    event.subject,
    event.detail::text AS expected,
    coalesce(file.digest || ' ' || file.size, '文件不见了') AS found
FROM core_auditevent AS event
LEFT JOIN core_storedfile AS file ON event.subject = 'file:' || file.id
-- One piece is read and hashed at a time; the key is never needed.
LEFT JOIN (
    SELECT
        piece.file_id,
        sha256(string_agg(int4send(piece.piece_no) || sha256(piece.content), '' ORDER BY piece.piece_no)) AS hash
    FROM core_filepiece AS piece
    GROUP BY piece.file_id
) AS pieces ON file.id = pieces.file_id
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
            'sealed', encode(CASE
                WHEN file.content IS NULL THEN coalesce(pieces.hash, sha256(''))
                WHEN pieces.hash IS NULL THEN sha256(file.content)
                ELSE ''
            END, 'hex')
        )
    )
