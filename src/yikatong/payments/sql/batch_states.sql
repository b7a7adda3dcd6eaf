-- How many payments of one batch were credited, and how many lie in suspense.
SELECT
    count(*) FILTER (WHERE state.state = 'credited') AS credited_count,
    count(*) FILTER (WHERE state.state IN ('failed', 'returned')) AS stuck_count
FROM payments_paymentrequest AS request
LEFT JOIN payments_paymentstate AS state
    ON request.fiscal_year = state.fiscal_year AND request.id = state.request_id
WHERE request.batch_id = %(batch)s
