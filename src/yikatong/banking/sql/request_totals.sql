-- The live instructions of a request together, beside the request: files, lines, fen.
SELECT
    request.count AS request_count,
    request.total_fen AS request_fen,
    count(live.id) AS file_count,
    coalesce(sum(live.count), 0)::bigint AS line_count,
    coalesce(sum(live.total_fen), 0)::bigint AS line_fen
FROM payments_paymentrequest AS request
LEFT JOIN (
    SELECT
        one.id,
        one.request_id,
        one.count,
        one.total_fen
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_instructionstate AS stands ON one.id = stands.instruction_id
    WHERE one.request_id = %(request_id)s AND stands.kind <> 'void'
) AS live ON request.id = live.request_id
WHERE request.id = %(request_id)s
GROUP BY request.id
