-- 每个批次的笔数、金额、指纹等于它的明细
SELECT
    'batch:' || batch.no AS subject,
    batch.count || ' / ' || batch.total_fen || ' / ' || batch.digest AS expected,
    rows.count || ' / ' || rows.total_fen || ' / ' || batches_digest(batch.id) AS found
FROM batches_paymentbatch AS batch
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS count,
            coalesce(sum(due.amount_fen), 0) AS total_fen,
            count(*) FILTER (
                WHERE due.program_id <> batch.program_id
                OR due.cycle_id <> batch.cycle_id
                OR due.county_code <> batch.area_code
            ) AS strange
        FROM batches_entitlement AS due
        WHERE due.fiscal_year = batch.fiscal_year AND due.batch_id = batch.id
    ) AS rows
WHERE
    rows.count <> batch.count
    OR rows.total_fen <> batch.total_fen
    OR rows.strange > 0
    OR batches_digest(batch.id) IS DISTINCT FROM batch.digest
    OR NOT EXISTS (
        SELECT 1 FROM core_decision AS made
        WHERE
            made.flow = 'payment_batch' AND made.subject_id = batch.id AND made.verb = 'assemble'
            AND made.digest = batch.digest
    )
    OR NOT EXISTS (
        SELECT 1 FROM core_auditevent AS event
        WHERE
            event.name = 'payment_batch.frozen' AND event.subject = 'payment_batch:' || batch.id
            AND event.detail ->> 'digest' = batch.digest
            AND (event.detail ->> 'total_fen')::bigint = batch.total_fen
    )
