-- One first request by township and state of its payments, where the bank has answered for all of them or for none:
-- what the batch's townships are due, less the few that failed or came back, which are looked up by their reports.
WITH subject AS (
    SELECT
        request.id,
        request.batch_id,
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
        due.township_code,
        CASE
            WHEN refund.state = 'approved' THEN 'refunded'
            WHEN retry_sent.id IS NOT NULL THEN 'reissued'
            ELSE outcome.result
        END AS state,
        count(*) AS count,
        sum(outcome.amount_fen) AS total_fen
    FROM payments_appliedreport AS applied
    INNER JOIN payments_paymentoutcome AS outcome
        ON
            applied.id = outcome.applied_report_id AND outcome.result IN ('failed', 'returned')
            AND outcome.fiscal_year = %(fiscal_year)s
    INNER JOIN payments_payment AS payment
        ON outcome.payment_id = payment.id AND payment.fiscal_year = %(fiscal_year)s
    INNER JOIN batches_entitlement AS due
        ON payment.entitlement_id = due.id AND due.fiscal_year = %(fiscal_year)s
    LEFT JOIN payments_outcomeclaim AS claim
        ON outcome.id = claim.outcome_id AND claim.fiscal_year = %(fiscal_year)s
    LEFT JOIN payments_refund AS refund ON claim.refund_id = refund.id
    LEFT JOIN ledger_transfer AS retry_sent ON retry_sent.key = 'reissue:' || claim.request_id
    WHERE applied.request_id = %(request)s AND applied.failed_count + applied.returned_count > 0
    GROUP BY
        due.township_code,
        CASE
            WHEN refund.state = 'approved' THEN 'refunded'
            WHEN retry_sent.id IS NOT NULL THEN 'reissued'
            ELSE outcome.result
        END
),

found AS (
    SELECT
        township.township_code,
        subject.state,
        township.count - coalesce(sum(astray.count), 0) AS count,
        township.frozen_fen - coalesce(sum(astray.total_fen), 0) AS total_fen
    FROM subject
    INNER JOIN batches_batchtownship AS township ON subject.batch_id = township.batch_id
    LEFT JOIN astray ON township.township_code = astray.township_code
    GROUP BY township.id, subject.state
    UNION ALL
    SELECT astray.* FROM astray
)

SELECT
    found.township_code,
    coalesce(area.name, found.township_code) AS township_name,
    found.state,
    found.count::bigint AS count,
    found.total_fen::bigint AS total_fen
FROM found
LEFT JOIN core_area AS area ON found.township_code = area.code
WHERE found.count > 0
ORDER BY found.township_code, found.state
