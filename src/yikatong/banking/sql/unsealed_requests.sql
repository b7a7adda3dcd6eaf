-- Released requests without a live instruction: something stood in the way of building it.
SELECT
    request.id AS request_id,
    request.no,
    request.area_code,
    request.count,
    request.total_fen
FROM payments_paymentrequest AS request
WHERE
    request.state = 'released'
    AND NOT EXISTS (
        SELECT 1 FROM banking_paymentinstruction AS one
        INNER JOIN banking_instructionstate AS stands ON one.id = stands.instruction_id
        WHERE one.request_id = request.id AND stands.kind <> 'void'
    )
ORDER BY request.id
