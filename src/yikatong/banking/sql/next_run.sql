-- The next run of payments of a request that no live instruction covers: first and last id, count, sum.
SELECT * FROM banking_next_run(%(request_id)s, %(line_max)s)
