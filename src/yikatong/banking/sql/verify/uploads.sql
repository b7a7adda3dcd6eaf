-- 手工上传的对账单都有两个人，用的就是他们看过的那份文件
SELECT
    'bank_report:' || report.id AS subject,
    coalesce(upload.file_digest || ' confirmed ' || signed.count, '没有上传记录') AS expected,
    report.digest AS found
FROM banking_bankreport AS report
LEFT JOIN banking_statementupload AS upload ON report.upload_id = upload.id
LEFT JOIN LATERAL (
    SELECT count(DISTINCT decision.official_id) AS count
    FROM core_decision AS decision
    WHERE
        decision.flow = 'statement_upload'
        AND decision.subject_id = upload.id
        AND decision.digest = upload.digest
        AND decision.verb IN ('upload', 'confirm')
) AS signed ON TRUE
WHERE
    report.upload_id IS NOT NULL
    AND (upload.state, upload.file_digest, signed.count) IS DISTINCT FROM ('confirmed', report.digest, 2)
