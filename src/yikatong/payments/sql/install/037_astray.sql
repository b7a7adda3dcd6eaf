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

-- Of them those whose money has not left suspense; ``is_free`` where neither a reissue, a refund, an open exception nor
-- a statement that shows it as paid holds the payment of a closed request: the same that ``hold`` of
-- payments_stuckpayment tells one by one.
CREATE OR REPLACE VIEW payments_lying AS
SELECT
    outcome.fiscal_year,
    outcome.id AS outcome_id,
    request.batch_id,
    request.case_no,
    request.id AS request_id,
    outcome.amount_fen,
    outcome.booked_on,
    outcome.action = 'stop-deceased' AS is_stopped,
    claim.outcome_id IS NULL AND request.state = 'closed' AND NOT EXISTS (
        SELECT 1 FROM payments_paymentexception AS problem
        WHERE problem.fiscal_year = outcome.fiscal_year AND problem.payment_id = outcome.payment_id
            AND payments_stands_open(problem)
    ) AND NOT EXISTS (
        -- Each by its keys, as in payments_stuckpayment (hence OFFSET).
        SELECT 1 FROM payments_payment AS own
        CROSS JOIN
            LATERAL (
                SELECT 1 AS is_there FROM payments_unreturned AS one
                WHERE one.fiscal_year = own.fiscal_year AND one.entitlement_id = own.entitlement_id
                ORDER BY one.attempt OFFSET 0
            ) AS booked
        WHERE own.fiscal_year = outcome.fiscal_year AND own.id = outcome.payment_id
        ORDER BY own.id OFFSET 0
    ) AS is_free,
    outcome.payment_id,
    -- Which clock runs: that of the refund that claims it, else by what the bank said.
    coalesce(refund.cause, CASE outcome.action WHEN 'stop-deceased' THEN 'not_entitled' ELSE 'uncorrectable' END)
        AS cause,
    outcome.reason_code,
    outcome.action,
    outcome.reason_words
FROM payments_appliedreport AS applied
INNER JOIN payments_paymentrequest AS request ON applied.request_id = request.id
INNER JOIN payments_paymentoutcome AS outcome
    ON applied.id = outcome.applied_report_id AND outcome.result IN ('failed', 'returned')
LEFT JOIN payments_outcomeclaim AS claim
    ON outcome.fiscal_year = claim.fiscal_year AND outcome.id = claim.outcome_id
LEFT JOIN payments_refund AS refund ON claim.refund_id = refund.id
LEFT JOIN ledger_transfer AS paid_again ON paid_again.key = 'reissue:' || claim.request_id
LEFT JOIN ledger_transfer AS given_back ON given_back.key = 'refund:' || claim.refund_id
WHERE applied.failed_count + applied.returned_count > 0 AND paid_again.id IS NULL AND given_back.id IS NULL;
