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
    coalesce(decision.to_state, 'drafted') || ' v' || coalesce(decision.version, 0) AS expected,
    subject.state || ' v' || subject.version AS found
FROM subject
LEFT JOIN LATERAL core_last_decision(subject.flow, subject.id) AS decision ON TRUE
WHERE
    subject.state <> coalesce(decision.to_state, 'drafted')
    OR subject.version <> coalesce(decision.version, 0)
