-- Failed and returned payments of some batches of one year that have not left suspense, by request and day of the bank.
SELECT
    one.batch_id,
    one.case_no,
    one.request_id,
    one.booked_on,
    one.is_stopped,
    count(*) AS count,
    sum(one.amount_fen)::bigint AS total_fen,
    count(*) FILTER (WHERE one.is_free) AS free_count,
    coalesce(sum(one.amount_fen) FILTER (WHERE one.is_free), 0)::bigint AS free_fen
FROM payments_lying AS one
WHERE one.batch_id = any(%(batches)s) AND one.fiscal_year = %(year)s
GROUP BY one.batch_id, one.case_no, one.request_id, one.booked_on, one.is_stopped
ORDER BY one.booked_on, one.request_id
