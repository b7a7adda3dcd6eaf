-- 年末清退 (K2): what of some batches of one year still lies in suspense and has to be back in the treasury by the end of
-- a year, by batch, who answers for it, and why it still lies there.
WITH piece AS (
    SELECT
        'outcome' AS source,
        lying.batch_id,
        lying.request_id,
        NULL::bigint AS receipt_id,
        lying.cause,
        coalesce(stuck.hold, stuck.obstacle, 'free') AS reason,
        lying.amount_fen,
        lying.booked_on,
        payments_refund_due_on(lying.cause, lying.booked_on) AS due_on
    FROM payments_lying AS lying
    -- Each by its key, whatever the planner believes of outcomes that were written a moment ago (hence OFFSET).
    CROSS JOIN
        LATERAL (
            SELECT
                one.hold,
                one.obstacle
            FROM payments_stuckpayment AS one
            WHERE one.fiscal_year = %(year)s AND one.outcome_id = lying.outcome_id
            ORDER BY one.outcome_id OFFSET 0
        ) AS stuck
    WHERE lying.batch_id = any(%(batches)s) AND lying.fiscal_year = %(year)s
    UNION ALL
    SELECT
        receipt.source,
        receipt.batch_id,
        receipt.request_id,
        receipt.subject_id AS receipt_id,
        receipt.cause,
        receipt.reason,
        receipt.amount_fen,
        receipt.booked_on,
        receipt.due_on
    FROM payments_suspense AS receipt
    WHERE receipt.source = 'receipt' AND receipt.batch_id = any(%(batches)s) AND receipt.left_at IS NULL
),

-- One answers for all of a request, for each receipt whoever recorded it.
held AS (
    SELECT
        piece.batch_id,
        piece.cause,
        piece.reason,
        payments_answers_for(piece.source, piece.request_id, piece.receipt_id) AS official_id,
        count(*) AS count,
        sum(piece.amount_fen) AS total_fen,
        min(piece.booked_on) AS since,
        min(piece.due_on) AS due_on
    FROM piece
    WHERE piece.due_on <= %(year_end)s
    GROUP BY piece.batch_id, piece.cause, piece.reason, piece.source, piece.request_id, piece.receipt_id
)

SELECT
    batch.no AS batch_no,
    program.name AS program_name,
    agency.name AS agency_name,
    coalesce(official.name, '') AS official_name,
    held.cause,
    held.reason,
    sum(held.count)::bigint AS count,
    sum(held.total_fen)::bigint AS total_fen,
    min(held.since) AS since,
    min(held.due_on) AS due_on
FROM held
INNER JOIN batches_paymentbatch AS batch ON held.batch_id = batch.id
INNER JOIN catalog_program AS program ON batch.program_id = program.id
INNER JOIN core_agency AS agency ON batch.agency_id = agency.id
LEFT JOIN core_official AS official ON held.official_id = official.id
GROUP BY batch.no, program.name, agency.name, official.name, held.cause, held.reason
ORDER BY sum(held.total_fen) DESC, batch.no ASC, held.reason ASC
