-- Released requests without a live instruction, with what stood in the way of building it, as far as it was told.
SELECT
    request.id AS request_id,
    request.no,
    request.area_code,
    request.count,
    request.total_fen,
    coalesce(tried.message, '') AS trouble
FROM payments_paymentrequest AS request
LEFT JOIN LATERAL (
    SELECT run.message
    FROM core_taskrun AS run
    WHERE
        run.subject = 'payment_request:' || request.id
        AND run.name = 'banking.seal'
        AND run.state IN ('refused', 'failed')
    ORDER BY run.id DESC LIMIT 1
) AS tried ON TRUE
WHERE
    request.state = 'released'
    AND NOT EXISTS (
        SELECT 1 FROM banking_paymentinstruction AS one
        INNER JOIN banking_instructionstate AS stands ON one.id = stands.instruction_id
        WHERE one.request_id = request.id AND stands.kind <> 'void'
    )
ORDER BY request.id
