-- Marks every message of a notice that nobody handed over yet: written, or no number to send it to.
INSERT INTO disclosure_smsdelivery (message_id, sender, result, delivered_at)
SELECT
    message.id,
    %(sender)s,
    CASE WHEN person.mobile_sealed IS NULL THEN 'no_mobile' ELSE 'written' END AS result,
    %(at)s
FROM disclosure_smsmessage AS message
INNER JOIN registry_person AS person ON message.person_id = person.id
WHERE message.notice_id = %(notice)s
ORDER BY message.id
ON CONFLICT (message_id) DO NOTHING
