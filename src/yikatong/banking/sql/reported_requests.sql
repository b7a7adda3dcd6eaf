-- The requests that the staged lines of a report speak of.
SELECT DISTINCT line.request_id FROM payments_reportedline AS line
WHERE line.report_id = %(report_id)s
ORDER BY line.request_id
