-- The comparison of I10 for one batch, as added up when it was frozen, and why it may not be requested (NULL: it may).
-- Lines are counted and hashed again by the guards of filing, verifying and releasing.
SELECT
    frozen.count AS entitled_count,
    frozen.total_fen AS entitled_fen,
    batch.count AS batch_count,
    batch.total_fen AS batch_fen,
    batch.digest AS batch_digest,
    coalesce(plan.declared_fen, 0) AS planned_fen,
    coalesce(plan.digest, '') AS plan_digest,
    coalesce(drawn.total_fen, 0) AS drawn_fen,
    payments_money_objection(batch.id) AS objection
FROM batches_paymentbatch AS batch
CROSS JOIN
    LATERAL (
        SELECT
            (coalesce(sum(township.count), 0))::bigint AS count,
            (coalesce(sum(township.frozen_fen), 0))::bigint AS total_fen
        FROM batches_batchtownship AS township
        WHERE township.batch_id = batch.id
    ) AS frozen
LEFT JOIN funding_cashplan AS plan ON batch.id = plan.batch_id AND plan.state = 'approved'
LEFT JOIN LATERAL (
    SELECT sum(drawdown.amount_fen)::bigint AS total_fen
    FROM funding_drawdown AS drawdown
    WHERE drawdown.cash_plan_id = plan.id AND drawdown.state = 'made'
) AS drawn ON TRUE
WHERE batch.id = %(batch)s
