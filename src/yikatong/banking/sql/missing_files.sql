-- Files the bank knows that are neither here as sent nor explained.
SELECT
    missing.message_id,
    CASE missing.source
        WHEN 'sent_log' THEN '发送记录' WHEN 'report' THEN '银行回盘' ELSE '银行对账单'
    END AS source_words
FROM banking_missingfile AS missing
WHERE missing.restoration_id = %(restoration_id)s
ORDER BY missing.message_id
