-- 发放申请、退回财政、追缴、收款、月末、回盘不符的状态都是最后一个决定给的
SELECT
    subject.flow || ':' || subject.id AS subject,
    coalesce(decision.to_state, 'no decision') AS expected,
    subject.state || ' v' || subject.version AS found
FROM (
    SELECT
        'payment_request' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM payments_paymentrequest
    UNION ALL
    SELECT
        'refund' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM payments_refund
    UNION ALL
    SELECT
        'recovery' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM payments_recovery
    UNION ALL
    SELECT
        'recovery_receipt' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM payments_recoveryreceipt
    UNION ALL
    SELECT
        'month_end' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'none' AS initial
    FROM payments_monthend
    UNION ALL
    SELECT
        'payment_exception' AS flow,
        id,
        state,
        version,
        digest,
        case_no,
        'raised' AS initial
    FROM payments_paymentexception
) AS subject
LEFT JOIN LATERAL core_last_decision(subject.flow, subject.id) AS decision ON TRUE
WHERE
    (coalesce(decision.to_state, subject.initial), coalesce(decision.version, 0))
    IS DISTINCT FROM (subject.state, subject.version)
    OR (
        decision.digest IS NOT NULL AND (decision.digest, decision.case_no)
        IS DISTINCT FROM (subject.digest, subject.case_no)
    )
