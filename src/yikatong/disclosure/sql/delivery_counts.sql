-- How many messages of one notice were handed over or had no number, counted one by one for the record of a delivery.
SELECT
    count(*) FILTER (WHERE delivery.result = 'written') AS written_count,
    count(*) FILTER (WHERE delivery.result = 'no_mobile') AS no_mobile_count
FROM disclosure_smsmessage AS message
INNER JOIN disclosure_smsdelivery AS delivery ON message.id = delivery.message_id
WHERE message.notice_id = %(notice)s
