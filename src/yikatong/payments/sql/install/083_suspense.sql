-- Who answers for a piece of money in suspense: whoever filed its request or recorded its receipt, as they did last.
CREATE OR REPLACE FUNCTION payments_answers_for(source text, request bigint, subject bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT decision.official_id FROM core_decision AS decision
    WHERE (decision.flow, decision.verb, decision.subject_id) = (
        CASE source WHEN 'outcome' THEN 'payment_request' ELSE 'recovery_receipt' END,
        CASE source WHEN 'outcome' THEN 'file' ELSE 'record' END,
        CASE source WHEN 'outcome' THEN request ELSE subject END
    )
    ORDER BY decision.subject_version DESC
    LIMIT 1
$$;

-- Every piece of money that is or was in suspense: a failed or returned payment, or a receipt of a recovery. ``cause``
-- is the clock that runs: not_entitled by the end of the month, uncorrectable by the end of the year. ``reason`` is why
-- it still lies there; ``entered_at`` and ``left_at`` are the moments of its two transfers, NULL for none.
CREATE OR REPLACE VIEW payments_suspense AS
SELECT
    'outcome' AS source,
    stuck.fiscal_year,
    stuck.outcome_id AS subject_id,
    stuck.payment_id,
    stuck.batch_id,
    stuck.case_no,
    stuck.area_code,
    stuck.agency_id,
    entitlement.township_code,
    stuck.payee_id,
    stuck.amount_fen,
    stuck.reason_words,
    clock.cause,
    coalesce(stuck.hold, stuck.obstacle, 'free') AS reason,
    stuck.booked_on,
    payments_refund_due_on(clock.cause, stuck.booked_on) AS due_on,
    stuck.request_id,
    entered.business_at AS entered_at,
    coalesce(reissued.business_at, refunded.business_at) AS left_at
FROM payments_stuckpayment AS stuck
INNER JOIN payments_paymentoutcome AS outcome
    ON stuck.fiscal_year = outcome.fiscal_year AND stuck.outcome_id = outcome.id
INNER JOIN batches_entitlement AS entitlement
    ON stuck.fiscal_year = entitlement.fiscal_year AND stuck.entitlement_id = entitlement.id
LEFT JOIN payments_refund AS refund ON stuck.refund_id = refund.id
CROSS JOIN
    LATERAL (
        SELECT coalesce(refund.cause, CASE stuck.obstacle WHEN 'stopped' THEN 'not_entitled' ELSE 'uncorrectable' END)
            AS cause
    ) AS clock
LEFT JOIN ledger_transfer AS entered
    ON entered.key = CASE stuck.result WHEN 'failed' THEN 'fail:' ELSE 'return:' END || outcome.applied_report_id
LEFT JOIN ledger_transfer AS reissued ON reissued.key = 'reissue:' || stuck.reissue_id
LEFT JOIN ledger_transfer AS refunded ON refunded.key = 'refund:' || stuck.refund_id
UNION ALL
SELECT
    'receipt' AS source,
    demand.fiscal_year,
    receipt.id AS subject_id,
    demand.payment_id,
    demand.batch_id,
    demand.case_no,
    demand.area_code,
    demand.agency_id,
    entitlement.township_code,
    payment.payee_id,
    receipt.amount_fen,
    '' AS reason_words,
    'not_entitled' AS cause,
    CASE WHEN refund.id IS NULL THEN 'received' ELSE 'claimed' END AS reason,
    receipt.received_on AS booked_on,
    payments_refund_due_on('not_entitled', receipt.received_on) AS due_on,
    payment.request_id,
    entered.business_at AS entered_at,
    refunded.business_at AS left_at
FROM payments_recoveryreceipt AS receipt
INNER JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
INNER JOIN payments_payment AS payment
    ON demand.fiscal_year = payment.fiscal_year AND demand.payment_id = payment.id
INNER JOIN batches_entitlement AS entitlement
    ON payment.fiscal_year = entitlement.fiscal_year AND payment.entitlement_id = entitlement.id
LEFT JOIN (
    SELECT
        line.receipt_id,
        held.id
    FROM payments_refundline AS line
    INNER JOIN payments_refund AS held ON line.refund_id = held.id AND held.state <> 'sent_back'
) AS refund ON receipt.id = refund.receipt_id
LEFT JOIN ledger_transfer AS entered ON entered.key = 'recover:' || receipt.id
LEFT JOIN ledger_transfer AS refunded ON refunded.key = 'refund:' || refund.id
WHERE receipt.state = 'confirmed';
