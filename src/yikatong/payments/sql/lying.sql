-- Failed and returned payments of some batches of one year that have not left suspense, by request, day of the bank
-- and what it gave as reason.
SELECT
    one.batch_id,
    one.case_no,
    one.request_id,
    one.booked_on,
    one.is_stopped,
    one.reason_code,
    one.action,
    min(one.reason_words) AS reason_words,
    count(*) AS count,
    sum(one.amount_fen)::bigint AS total_fen,
    count(*) FILTER (WHERE one.is_free) AS free_count,
    coalesce(sum(one.amount_fen) FILTER (WHERE one.is_free), 0)::bigint AS free_fen
FROM payments_lying AS one
WHERE one.batch_id = any(%(batches)s) AND one.fiscal_year = %(year)s
GROUP BY one.batch_id, one.case_no, one.request_id, one.booked_on, one.is_stopped, one.reason_code, one.action
ORDER BY one.booked_on, one.request_id
