-- A run of one request's payments by state, where the bank has answered for all of the request or for none of it: the
-- run's own sum, less the few that failed or came back, which are looked up by their reports.
WITH subject AS (
    SELECT
        request.id,
        CASE
            WHEN coalesce(sum(applied.credited_count + applied.failed_count), 0) > 0 THEN 'credited'
            WHEN payments_sent(request.id) THEN 'in_transit'
            ELSE 'prepared'
        END AS state
    FROM payments_paymentrequest AS request
    LEFT JOIN payments_appliedreport AS applied ON request.id = applied.request_id
    WHERE request.id = %(request)s
    GROUP BY request.id
),

astray AS (
    SELECT
        outcome.amount_fen,
        CASE
            WHEN refund.state = 'approved' THEN 'refunded'
            WHEN retry_sent.id IS NOT NULL THEN 'reissued'
            ELSE outcome.result
        END AS state
    FROM payments_appliedreport AS applied
    INNER JOIN payments_paymentoutcome AS outcome
        ON
            applied.id = outcome.applied_report_id AND outcome.result IN ('failed', 'returned')
            AND outcome.fiscal_year = %(fiscal_year)s
            AND outcome.payment_id BETWEEN %(first_id)s AND %(last_id)s
    LEFT JOIN payments_outcomeclaim AS claim
        ON outcome.id = claim.outcome_id AND claim.fiscal_year = %(fiscal_year)s
    LEFT JOIN payments_refund AS refund ON claim.refund_id = refund.id
    LEFT JOIN ledger_transfer AS retry_sent ON retry_sent.key = 'reissue:' || claim.request_id
    WHERE applied.request_id = %(request)s AND applied.failed_count + applied.returned_count > 0
),

found AS (
    SELECT
        subject.state,
        %(count)s - (SELECT count(*) FROM astray) AS line_count,
        %(total_fen)s - (SELECT coalesce(sum(astray.amount_fen), 0) FROM astray) AS total_fen
    FROM subject
    UNION ALL
    SELECT
        astray.state,
        count(*) AS line_count,
        sum(astray.amount_fen) AS total_fen
    FROM astray
    GROUP BY astray.state
)

SELECT
    found.state,
    found.line_count::bigint AS line_count,
    found.total_fen::bigint AS total_fen
FROM found
WHERE found.line_count > 0
ORDER BY found.state
