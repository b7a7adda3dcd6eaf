-- Released requests with payments that no live instruction covers, with what stood in the way of building it, as far
-- as it was told.
SELECT
    request.id AS request_id,
    request.no,
    request.area_code,
    request.count - coalesce(live.line_count, 0)::bigint AS count,
    request.total_fen - coalesce(live.line_fen, 0)::bigint AS total_fen,
    coalesce(tried.message, '') AS trouble
FROM payments_paymentrequest AS request
LEFT JOIN (
    SELECT
        one.request_id,
        sum(one.count) AS line_count,
        sum(one.total_fen) AS line_fen
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_instructionstate AS stands ON one.id = stands.instruction_id
    WHERE stands.kind <> 'void'
    GROUP BY one.request_id
) AS live ON request.id = live.request_id
LEFT JOIN LATERAL (
    SELECT run.message
    FROM core_taskrun AS run
    WHERE
        run.subject = 'payment_request:' || request.id
        AND run.name = 'banking.seal'
        AND run.state IN ('refused', 'failed')
    ORDER BY run.id DESC LIMIT 1
) AS tried ON TRUE
WHERE request.state = 'released' AND request.count > coalesce(live.line_count, 0)
ORDER BY request.id
