-- Failed and returned payments of some batches of one year that lie in suspense, by the reason that the bank gave and
-- by what stands in the way: how many, how many fen, and which, the oldest first.
SELECT
    stuck.reason_code,
    stuck.action,
    stuck.hold,
    stuck.obstacle,
    CASE WHEN stuck.obstacle = 'cooling' THEN stuck.usable_on END AS usable_on,
    min(stuck.reason_words) AS reason_words,
    count(*) AS count,
    sum(stuck.amount_fen)::bigint AS total_fen,
    array_agg(stuck.outcome_id ORDER BY stuck.booked_on, stuck.outcome_id) AS outcome_ids
FROM payments_lying AS lying
-- Each by its key, whatever the planner believes of outcomes that were written a moment ago (hence OFFSET).
CROSS JOIN
    LATERAL (
        SELECT * FROM payments_stuckpayment AS one
        WHERE one.fiscal_year = %(year)s AND one.outcome_id = lying.outcome_id
        ORDER BY one.outcome_id OFFSET 0
    ) AS stuck
WHERE lying.batch_id = any(%(batches)s) AND lying.fiscal_year = %(year)s
GROUP BY
    stuck.reason_code,
    stuck.action,
    stuck.hold,
    stuck.obstacle,
    CASE WHEN stuck.obstacle = 'cooling' THEN stuck.usable_on END
ORDER BY count(*) DESC, stuck.reason_code ASC, stuck.action ASC
