-- 每笔发放与补贴清单一致：首次发放一笔不多一笔不少，重发的人和金额不变，只接在上一次失败或退票之后
-- Whole tables, joined by hashing.
SELECT
    'payment:' || coalesce(payment.end_to_end_id, 'E' || entitlement.id || '-1') AS subject,
    concat_ws(' ', entitlement.county_code, entitlement.payee_id, entitlement.amount_fen) AS expected,
    concat_ws(' ', payment.county_code, payment.payee_id, payment.amount_fen, payment.end_to_end_id) AS found
FROM (
    SELECT
        due.*,
        request.id AS first_request_id
    FROM batches_entitlement AS due
    INNER JOIN payments_paymentrequest AS request ON due.batch_id = request.batch_id AND request.kind = 'first'
) AS entitlement
FULL JOIN payments_payment AS payment
    ON entitlement.fiscal_year = payment.fiscal_year AND entitlement.id = payment.entitlement_id
LEFT JOIN payments_paymentoutcome AS before
    ON payment.fiscal_year = before.fiscal_year AND payment.retries_outcome_id = before.id
LEFT JOIN payments_payment AS earlier
    ON before.fiscal_year = earlier.fiscal_year AND before.payment_id = earlier.id
LEFT JOIN payments_outcomeclaim AS claim
    ON before.fiscal_year = claim.fiscal_year AND before.id = claim.outcome_id
LEFT JOIN payments_paymentrequest AS voided ON payment.request_id = voided.id AND voided.state = 'void'
WHERE
    payment.id IS NULL OR entitlement.id IS NULL
    OR (payment.county_code, payment.payee_id, payment.amount_fen)
    IS DISTINCT FROM (entitlement.county_code, entitlement.payee_id, entitlement.amount_fen)
    OR (payment.attempt = 1 AND payment.card_id <> entitlement.card_id)
    OR (payment.attempt = 1 AND payment.request_id <> entitlement.first_request_id)
    OR (
        payment.attempt > 1 AND (
            before.result IS DISTINCT FROM 'failed' AND before.result IS DISTINCT FROM 'returned'
            OR earlier.entitlement_id IS DISTINCT FROM payment.entitlement_id
            OR (
                earlier.attempt IS DISTINCT FROM payment.attempt - 1
                AND payment.attempt - earlier.attempt - 1 IS DISTINCT FROM payments_void_attempts(
                    payment.fiscal_year, payment.entitlement_id, earlier.attempt, payment.attempt
                )
            )
            OR (claim.request_id IS DISTINCT FROM payment.request_id) IS DISTINCT FROM (voided.id IS NOT NULL)
        )
    )
