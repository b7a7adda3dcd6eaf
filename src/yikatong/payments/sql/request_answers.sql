-- For how many payments of one request the bank has answered, and how many failed or came back.
SELECT
    (coalesce(sum(applied.credited_count + applied.failed_count), 0))::bigint AS answered_count,
    (coalesce(sum(applied.failed_count + applied.returned_count), 0))::bigint AS astray_count
FROM payments_appliedreport AS applied
WHERE applied.request_id = %(request)s
