-- Open requests whose first file was sealed up to a moment: how many of their lines have no answer yet.
SELECT
    request.id AS request_id,
    request.no,
    request.area_code,
    request.count,
    request.total_fen,
    sealed.since,
    sealed.message_id,
    request.count - coalesce(answered.line_count, 0) AS unanswered_count
FROM payments_paymentrequest AS request
INNER JOIN (
    SELECT DISTINCT ON (one.request_id)
        one.request_id,
        one.sealed_at AS since,
        one.message_id
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_instructionstate AS stands ON one.id = stands.instruction_id
    WHERE stands.kind <> 'void'
    ORDER BY one.request_id ASC, one.sealed_at ASC, one.id ASC
) AS sealed ON request.id = sealed.request_id
LEFT JOIN (
    SELECT
        applied.request_id,
        sum(applied.credited_count + applied.failed_count)::bigint AS line_count
    FROM payments_appliedreport AS applied
    GROUP BY applied.request_id
) AS answered ON request.id = answered.request_id
WHERE request.state = 'released' AND sealed.since <= %(until)s
ORDER BY sealed.since, request.id
