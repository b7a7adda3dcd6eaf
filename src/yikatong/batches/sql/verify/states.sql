-- 批次和接收的状态等于最后一次决定
WITH subject AS (
    SELECT
        'payment_batch' AS flow,
        batch.id,
        batch.state,
        batch.version
    FROM batches_paymentbatch AS batch
    UNION ALL
    SELECT
        'roster_acceptance' AS flow,
        taken.id,
        taken.state,
        taken.version
    FROM batches_rosteracceptance AS taken
)

SELECT
    subject.flow || ':' || subject.id AS subject,
    coalesce(last.to_state, 'drafted') || ' v' || coalesce(last.subject_version + 1, 0) AS expected,
    subject.state || ' v' || subject.version AS found
FROM subject
LEFT JOIN LATERAL (
    SELECT
        made.to_state,
        made.subject_version
    FROM core_decision AS made
    WHERE made.flow = subject.flow AND made.subject_id = subject.id
    ORDER BY made.id DESC
    LIMIT 1
) AS last ON TRUE
WHERE
    subject.state <> coalesce(last.to_state, 'drafted')
    OR subject.version <> coalesce(last.subject_version + 1, 0)
