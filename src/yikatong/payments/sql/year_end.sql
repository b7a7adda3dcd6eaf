-- 年末清退 (K2): what still lies in suspense and has to be back in the treasury by the end of the year, by batch, who
-- answers for it, and why it still lies there; the largest first.
WITH held AS (
    SELECT
        piece.batch_id,
        piece.agency_id,
        piece.cause,
        piece.reason,
        piece.amount_fen,
        piece.booked_on,
        piece.due_on,
        payments_answers_for(piece.source, piece.request_id, piece.subject_id) AS official_id
    FROM payments_suspense AS piece
    WHERE piece.batch_id = any(%(batches)s) AND piece.left_at IS NULL AND piece.due_on <= %(year_end)s
)

SELECT
    batch.no AS batch_no,
    program.name AS program_name,
    agency.name AS agency_name,
    coalesce(official.name, '') AS official_name,
    held.cause,
    held.reason,
    count(*) AS count,
    sum(held.amount_fen)::bigint AS total_fen,
    min(held.booked_on) AS since,
    min(held.due_on) AS due_on
FROM held
INNER JOIN batches_paymentbatch AS batch ON held.batch_id = batch.id
INNER JOIN catalog_program AS program ON batch.program_id = program.id
INNER JOIN core_agency AS agency ON held.agency_id = agency.id
LEFT JOIN core_official AS official ON held.official_id = official.id
GROUP BY batch.no, program.name, agency.name, official.name, held.cause, held.reason
ORDER BY sum(held.amount_fen) DESC, batch.no ASC, held.reason ASC
