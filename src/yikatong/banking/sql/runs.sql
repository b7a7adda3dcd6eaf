-- The runs of payments of a request that no live instruction covers, each as long as a file may be.
SELECT * FROM banking_runs(%(request_id)s, %(line_max)s)
