-- How many messages of the notices were handed over, had no number, or still wait.
SELECT
    message.notice_id,
    count(*) AS message_count,
    count(*) FILTER (WHERE delivery.result = 'written') AS written_count,
    count(*) FILTER (WHERE delivery.result = 'no_mobile') AS no_mobile_count,
    count(*) FILTER (WHERE delivery.id IS NULL) AS waiting_count
FROM disclosure_smsmessage AS message
LEFT JOIN disclosure_smsdelivery AS delivery ON message.id = delivery.message_id
WHERE message.notice_id = any(%(notices)s)
GROUP BY message.notice_id
