-- How many payments of one batch were credited, and how many lie in suspense: from the sums of the applied reports,
-- which verify holds against the lines, less what was sent again or went back to the treasury, which are few.
WITH told AS (
    SELECT
        sum(applied.credited_count - applied.returned_count) AS credited_count,
        sum(applied.failed_count + applied.returned_count) AS stuck_count
    FROM payments_paymentrequest AS request
    INNER JOIN payments_appliedreport AS applied ON request.id = applied.request_id
    WHERE request.batch_id = %(batch)s
),

left_suspense AS (
    SELECT claim.outcome_id
    FROM payments_paymentrequest AS reissue
    INNER JOIN ledger_transfer AS sent ON sent.key = 'reissue:' || reissue.id
    INNER JOIN payments_outcomeclaim AS claim ON reissue.id = claim.request_id
    WHERE reissue.batch_id = %(batch)s AND reissue.kind = 'reissue'
    UNION ALL
    SELECT claim.outcome_id
    FROM payments_refund AS refund
    INNER JOIN payments_outcomeclaim AS claim ON refund.id = claim.refund_id
    WHERE refund.batch_id = %(batch)s AND refund.state = 'approved'
)

SELECT
    (coalesce(told.credited_count, 0))::bigint AS credited_count,
    (coalesce(told.stuck_count, 0) - (SELECT count(*) FROM left_suspense))::bigint AS stuck_count
FROM told
