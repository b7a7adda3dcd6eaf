-- 对账差异、人工查清、手工上传和服务投诉的状态都是最后一个决定给的
SELECT
    subject.flow || ':' || subject.id AS subject,
    coalesce(decision.to_state, subject.initial) || ' v' || coalesce(decision.version, 0) AS expected,
    subject.state || ' v' || subject.version AS found
FROM (
    SELECT
        'break' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'raised' AS initial
    FROM banking_break
    UNION ALL
    SELECT
        'clearance' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM banking_clearance
    UNION ALL
    SELECT
        'statement_upload' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM banking_statementupload
    UNION ALL
    SELECT
        'service_complaint' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM banking_servicecomplaint
) AS subject
LEFT JOIN LATERAL core_last_decision(subject.flow, subject.id) AS decision ON TRUE
WHERE
    (coalesce(decision.to_state, subject.initial), coalesce(decision.version, 0))
    IS DISTINCT FROM (subject.state, subject.version)
    OR (
        decision.digest IS NOT NULL AND (decision.digest, decision.case_no)
        IS DISTINCT FROM (subject.digest, subject.case_no)
    )
