-- What became of the messages of some notices, as the latest delivery of each recorded it.
SELECT DISTINCT ON (notice.id)
    notice.id AS notice_id,
    notice.count AS message_count,
    coalesce((event.detail ->> 'written')::bigint, 0) AS written_count,
    coalesce((event.detail ->> 'no_mobile')::bigint, 0) AS no_mobile_count
FROM disclosure_paidnotice AS notice
LEFT JOIN core_auditevent AS event
    ON event.subject = 'paid_notice:' || notice.id AND event.name = 'sms.delivered'
WHERE notice.id = any(%(notices)s)
ORDER BY notice.id ASC, event.id DESC
