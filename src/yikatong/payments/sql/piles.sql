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
FROM payments_lying AS one
INNER JOIN payments_stuckpayment AS stuck
    ON one.outcome_id = stuck.outcome_id AND one.fiscal_year = stuck.fiscal_year
WHERE one.batch_id = any(%(batches)s) AND one.fiscal_year = %(year)s AND stuck.fiscal_year = %(year)s
GROUP BY
    stuck.reason_code,
    stuck.action,
    stuck.hold,
    stuck.obstacle,
    CASE WHEN stuck.obstacle = 'cooling' THEN stuck.usable_on END
ORDER BY count(*) DESC, stuck.reason_code ASC, stuck.action ASC
