-- The comparison of I10 for one batch, and why it may not be requested (NULL: it may).
SELECT
    figures.*,
    payments_batch_objection(%(batch)s) AS objection
FROM payments_batch_figures(%(batch)s) AS figures
