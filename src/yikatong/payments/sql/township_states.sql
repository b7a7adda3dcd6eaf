-- One first request by township and state of its payments, where the bank has answered for all of them or for none:
-- what the batch's townships are due, less the few that failed or came back, which are looked up by their reports.
WITH subject AS (
    SELECT
        request.batch_id,
        payments_usual_state(request.id) AS state
    FROM payments_paymentrequest AS request
    WHERE request.id = %(request)s
),

astray AS (
    SELECT
        due.township_code,
        one.state,
        count(*) AS count,
        sum(one.amount_fen) AS total_fen
    FROM payments_astray AS one
    INNER JOIN payments_payment AS payment
        ON one.payment_id = payment.id AND payment.fiscal_year = %(fiscal_year)s
    INNER JOIN batches_entitlement AS due
        ON payment.entitlement_id = due.id AND due.fiscal_year = %(fiscal_year)s
    WHERE one.request_id = %(request)s AND one.fiscal_year = %(fiscal_year)s
    GROUP BY due.township_code, one.state
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
