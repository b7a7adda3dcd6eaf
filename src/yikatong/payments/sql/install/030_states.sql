-- A payment's state is read from its latest outcome and from what became of that outcome.
CREATE OR REPLACE FUNCTION payments_sent(request bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM ledger_transfer AS transfer
                   WHERE transfer.key IN ('send:' || request, 'reissue:' || request))
$$;

-- Guard of voiding: no first request, since of any other the money lies in suspense anyway; and only while nothing was
-- sent.
CREATE OR REPLACE FUNCTION payments_void_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN subject.kind = 'first' THEN '首次发放的申请不能作废，请更正后重新提交。'
        WHEN payments_sent(subject.id) THEN '已经发给银行，不能作废。'
    END
    FROM payments_paymentrequest AS subject WHERE subject.id = request
$$;

CREATE OR REPLACE VIEW payments_paymentstate AS
SELECT
    payment.fiscal_year,
    payment.id AS payment_id,
    payment.entitlement_id,
    payment.attempt,
    payment.request_id,
    payment.payee_id,
    payment.card_id,
    payment.amount_fen,
    payment.end_to_end_id,
    coalesce(later.id, earlier.id) AS outcome_id,
    coalesce(later.result, earlier.result) AS result,
    coalesce(later.reason_code, earlier.reason_code) AS reason_code,
    coalesce(later.action, earlier.action) AS action,
    coalesce(later.booked_on, earlier.booked_on) AS booked_on,
    CASE
        WHEN earlier.id IS NULL THEN CASE WHEN sent.id IS NULL THEN 'prepared' ELSE 'in_transit' END
        WHEN earlier.result = 'credited' AND later.id IS NULL THEN 'credited'
        WHEN refund.state = 'approved' THEN 'refunded'
        WHEN retry_sent.id IS NOT NULL THEN 'reissued'
        ELSE coalesce(later.result, earlier.result)
    END AS state
FROM payments_payment AS payment
LEFT JOIN ledger_transfer AS sent
    ON payment.request_id = sent.ground_id AND sent.kind IN ('send', 'reissue')
LEFT JOIN payments_paymentoutcome AS earlier
    ON payment.fiscal_year = earlier.fiscal_year AND payment.id = earlier.payment_id AND earlier.sequence = 1
LEFT JOIN payments_paymentoutcome AS later
    ON payment.fiscal_year = later.fiscal_year AND payment.id = later.payment_id AND later.sequence = 2
LEFT JOIN payments_outcomeclaim AS claim
    ON payment.fiscal_year = claim.fiscal_year AND claim.outcome_id = coalesce(later.id, earlier.id)
LEFT JOIN payments_refund AS refund ON claim.refund_id = refund.id
LEFT JOIN ledger_transfer AS retry_sent
    ON claim.request_id = retry_sent.ground_id AND retry_sent.kind = 'reissue';

-- Failed and returned payments with what stands in the way of paying them again (NULL: nothing does).
CREATE OR REPLACE VIEW payments_stuckpayment AS
SELECT
    outcome.fiscal_year,
    outcome.id AS outcome_id,
    outcome.payment_id,
    payment.entitlement_id,
    payment.attempt,
    payment.request_id,
    request.batch_id,
    request.case_no,
    request.area_code,
    request.agency_id,
    payment.payee_id,
    payment.card_id,
    now_card.card_id AS card_now_id,
    payment.amount_fen,
    outcome.result,
    outcome.reason_code,
    outcome.action,
    outcome.reason_words,
    outcome.booked_on,
    claim.request_id AS reissue_id,
    claim.refund_id,
    CASE
        WHEN claim.outcome_id IS NOT NULL THEN 'claimed'
        -- Looked up by its key, never hashed with every payment's (OFFSET leaves the planner no other way).
        WHEN EXISTS (
                SELECT 1 FROM payments_unreturned AS one
                WHERE one.fiscal_year = payment.fiscal_year AND one.entitlement_id = payment.entitlement_id
                ORDER BY one.attempt OFFSET 0
            ) THEN 'booked'
        WHEN request.state <> 'closed' THEN 'not_closed'
        WHEN EXISTS (
                SELECT 1 FROM payments_paymentexception AS problem
                WHERE problem.fiscal_year = payment.fiscal_year AND problem.payment_id = payment.id
                    AND payments_stands_open(problem)
            ) THEN 'exception'
    END AS hold,
    CASE
        WHEN outcome.action = 'stop-deceased' THEN 'stopped'
        WHEN now_card.card_id IS NULL THEN 'no_card'
        -- A wrong name (BE01) is mended at the bank, on the same card.
        WHEN outcome.action = 'fix-card' AND outcome.reason_code <> 'BE01' AND now_card.card_id = payment.card_id
            THEN 'same_card'
        -- A changed card waits until its person may have noticed (R08).
        WHEN changed.usable_on > ((SELECT core_now()) AT TIME ZONE 'Asia/Shanghai')::date THEN 'cooling'
    END AS obstacle,
    changed.usable_on,
    payment.end_to_end_id
FROM payments_paymentoutcome AS outcome
INNER JOIN payments_payment AS payment
    ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id
LEFT JOIN registry_payeecard AS now_card ON payment.payee_id = now_card.person_id
-- Of a card that is the same as before nothing is looked up.
LEFT JOIN registry_usablecard AS changed
    ON changed.card_id = CASE WHEN payment.card_id <> now_card.card_id THEN now_card.card_id END
LEFT JOIN payments_outcomeclaim AS claim
    ON outcome.fiscal_year = claim.fiscal_year AND outcome.id = claim.outcome_id
WHERE outcome.result IN ('failed', 'returned');
