-- Paid facts that were never verified both ways, whose last verification differed, or whose request had a report since.
SELECT notice.id
FROM disclosure_paidnotice AS notice
LEFT JOIN LATERAL (
    SELECT one.*
    FROM disclosure_twowayverification AS one
    WHERE one.notice_id = notice.id
    ORDER BY one.id DESC
    LIMIT 1
) AS last ON TRUE
WHERE
    last.id IS NULL
    OR last.unbooked_count + last.unpublished_count > 0
    OR last.published_fen <> last.booked_fen
    OR last.published_fen <> last.reported_fen
    OR last.published_fen <> last.posted_fen
    OR EXISTS (
        SELECT 1 FROM payments_appliedreport AS applied
        WHERE applied.request_id = notice.request_id AND applied.recorded_at > last.recorded_at
    )
ORDER BY notice.id
