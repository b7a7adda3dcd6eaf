-- 指标、用款计划、拨付的状态等于最后一次决定，每笔转账都有它的业务事实
WITH subject AS (
    SELECT
        'allotment' AS flow,
        row.id,
        row.state,
        row.version
    FROM funding_allotment AS row
    UNION ALL
    SELECT
        'cash_plan' AS flow,
        row.id,
        row.state,
        row.version
    FROM funding_cashplan AS row
    UNION ALL
    SELECT
        'drawdown' AS flow,
        row.id,
        row.state,
        row.version
    FROM funding_drawdown AS row
),

grounds (kind, flow) AS (
    VALUES ('allot', 'allotment'), ('plan', 'cash_plan'), ('unplan', 'cash_plan'), ('draw', 'drawdown')
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
UNION ALL
SELECT
    'transfer:' || moved.key AS subject,
    'a fact' AS expected,
    'none' AS found
FROM ledger_transfer AS moved
INNER JOIN grounds ON moved.kind = grounds.kind
WHERE NOT EXISTS (
        SELECT 1 FROM subject
        WHERE subject.flow = grounds.flow AND subject.id = moved.ground_id
    )
