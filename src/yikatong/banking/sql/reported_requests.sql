-- The requests that the staged lines of a report speak of, and where the payments of the files that it names lie.
SELECT
    line.request_id,
    min(named.first_payment_id) AS first_payment_id,
    max(named.last_payment_id) AS last_payment_id
FROM (
    SELECT DISTINCT staged.request_id FROM payments_reportedline AS staged
    WHERE staged.report_id = %(report_id)s
) AS line
LEFT JOIN banking_paymentinstruction AS named
    ON line.request_id = named.request_id AND named.message_id = any(%(message_ids)s::text[])
GROUP BY line.request_id
ORDER BY line.request_id
