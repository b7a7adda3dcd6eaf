-- 每个批次的笔数、金额、指纹等于它的明细
SELECT
    'batch:' || batch.no AS subject,
    batch.count || ' / ' || batch.total_fen || ' / ' || batch.digest AS expected,
    rows.line_count || ' / ' || rows.line_fen || ' / ' || rows.digest AS found
FROM batches_paymentbatch AS batch
CROSS JOIN LATERAL batches_figures(batch.id) AS rows
WHERE
    rows.line_count <> batch.count
    OR rows.line_fen <> batch.total_fen
    OR rows.digest <> batch.digest
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
