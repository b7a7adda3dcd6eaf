-- How many failed and returned payments of some batches of one year have not left suspense.
SELECT count(*) AS count
FROM payments_lying AS one
WHERE one.batch_id = any(%(batches)s) AND one.fiscal_year = %(year)s
