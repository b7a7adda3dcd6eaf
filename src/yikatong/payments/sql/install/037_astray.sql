-- The few payments that failed or came back, and how all others of a request stand: what pages add up from sums.

-- Found by the reports that brought them; ``state`` is the payment's, as payments_paymentstate tells it.
CREATE OR REPLACE VIEW payments_astray AS
SELECT
    applied.request_id,
    outcome.fiscal_year,
    outcome.payment_id,
    outcome.amount_fen,
    CASE
        WHEN refund.state = 'approved' THEN 'refunded'
        WHEN retry_sent.id IS NOT NULL THEN 'reissued'
        ELSE outcome.result
    END AS state
FROM payments_appliedreport AS applied
INNER JOIN payments_paymentoutcome AS outcome
    ON applied.id = outcome.applied_report_id AND outcome.result IN ('failed', 'returned')
LEFT JOIN payments_outcomeclaim AS claim
    ON outcome.fiscal_year = claim.fiscal_year AND outcome.id = claim.outcome_id
LEFT JOIN payments_refund AS refund ON claim.refund_id = refund.id
LEFT JOIN ledger_transfer AS retry_sent ON retry_sent.key = 'reissue:' || claim.request_id
WHERE applied.failed_count + applied.returned_count > 0;

-- The state of the payments that are not astray, of a request that the bank has answered in whole or not at all.
CREATE OR REPLACE FUNCTION payments_usual_state(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN coalesce(sum(applied.credited_count + applied.failed_count), 0) > 0 THEN 'credited'
        WHEN payments_sent(request) THEN 'in_transit'
        ELSE 'prepared'
    END
    FROM payments_appliedreport AS applied WHERE applied.request_id = request
$$;
