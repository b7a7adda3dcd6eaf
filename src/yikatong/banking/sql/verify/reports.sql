-- 每份银行回盘与收到时审计链记下的一样，文件没有换过
SELECT
    coalesce('bank_report:' || report.id, event.subject) AS subject,
    coalesce(convert_from(event.body, 'UTF8'), '审计链里没有') AS expected,
    coalesce(report.digest || ' ' || report.standing, '回盘不见了') AS found
FROM banking_bankreport AS report
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'bank_report.received'
) AS event
    ON event.subject = 'bank_report:' || report.id
LEFT JOIN core_storedfile AS file ON report.file_id = file.id
WHERE
    report.id IS NULL
    OR event.id IS NULL
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM jsonb_build_object(
        'report_no', report.report_no, 'digest', report.digest, 'standing', report.standing,
        'row_count', report.row_count
    )
    OR (report.file_id IS NOT NULL AND file.digest IS DISTINCT FROM report.digest)
