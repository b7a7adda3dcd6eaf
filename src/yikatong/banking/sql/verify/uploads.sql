-- 手工上传的对账单都有两个人，用的就是他们看过的那份文件和差异
SELECT
    coalesce('statement_upload:' || found.id, 'statement_upload:' || signed.subject_id) AS subject,
    coalesce(signed.digest, '没有人签过') AS expected,
    coalesce(found.own_digest || ' ' || found.state, '上传记录不见了') AS found
FROM (
    SELECT
        one.*,
        file.digest AS own_file_digest,
        encode(sha256(convert_to(one.file_digest || one.difference::text, 'UTF8')), 'hex') AS own_digest,
        exists(
            SELECT 1 FROM banking_serviceagreement AS terms
            WHERE
                terms.provider_id = one.provider_id AND terms.county_id = one.area_code
                AND terms.agency_id = one.agency_id
        ) AS is_agreed
    FROM banking_statementupload AS one
    INNER JOIN core_storedfile AS file ON one.file_id = file.id
) AS found
FULL JOIN (
    SELECT
        decision.subject_id,
        min(decision.digest) AS digest,
        min(decision.business_at) AS uploaded_at,
        min(btrim(decision.reason)) FILTER (WHERE decision.verb = 'upload') AS note,
        count(DISTINCT decision.official_id) FILTER (WHERE decision.verb IN ('upload', 'confirm')) AS signer_count
    FROM core_decision AS decision
    WHERE decision.flow = 'statement_upload'
    GROUP BY decision.subject_id
    HAVING min(decision.digest) = max(decision.digest)
) AS signed ON found.id = signed.subject_id
WHERE
    found.id IS NULL
    OR signed.subject_id IS NULL
    OR (found.digest, found.own_digest) IS DISTINCT FROM (signed.digest, signed.digest)
    OR found.file_digest <> found.own_file_digest
    OR found.uploaded_at <> signed.uploaded_at
    OR found.note <> left(signed.note, 400)
    OR found.case_no <> ''
    OR NOT found.is_agreed
    OR (found.state = 'confirmed' AND signed.signer_count < 2)
UNION ALL
SELECT
    'bank_report:' || report.id AS subject,
    coalesce(upload.file_digest || ' confirmed', '没有上传记录') AS expected,
    report.digest AS found
FROM banking_bankreport AS report
LEFT JOIN banking_statementupload AS upload ON report.upload_id = upload.id
WHERE
    report.upload_id IS NOT NULL
    AND (upload.state, upload.file_digest, upload.provider_id)
    IS DISTINCT FROM ('confirmed', report.digest, report.provider_id)
UNION ALL
SELECT
    'statement_upload:' || upload.id AS subject,
    '一份银行对账单' AS expected,
    '没有用上' AS found
FROM banking_statementupload AS upload
WHERE
    upload.state = 'confirmed'
    AND NOT EXISTS (
        SELECT 1 FROM banking_bankreport AS report
        WHERE report.upload_id = upload.id
    )
