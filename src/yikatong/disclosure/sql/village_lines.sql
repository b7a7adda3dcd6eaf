-- The people of one village who were really paid, by group, a page; names are masked before they are shown. The
-- village's few are found among what lies between its first and its last, and then looked up one by one.
WITH subject AS (
    SELECT
        notice.id,
        notice.request_id,
        request.batch_id
    FROM disclosure_paidnotice AS notice
    INNER JOIN payments_paymentrequest AS request ON notice.request_id = request.id
    WHERE notice.id = %(notice)s
),

due AS MATERIALIZED (
    SELECT one.id
    FROM subject
    INNER JOIN disclosure_paidvillage AS told ON subject.id = told.notice_id AND told.village_code = %(village)s
    INNER JOIN batches_entitlement AS one
        ON
            one.id BETWEEN told.first_entitlement_id AND told.last_entitlement_id AND one.fiscal_year = %(year)s
            AND subject.batch_id = one.batch_id AND told.village_code = one.village_code
)

SELECT
    person.name,
    person.group_no,
    paid.amount_fen,
    outcome.booked_on,
    coalesce((
        SELECT recovered.recovered_fen FROM payments_recovered AS recovered
        WHERE recovered.payment_id = paid.id AND recovered.fiscal_year = %(year)s
    ), 0)::bigint AS recovered_fen
FROM subject
CROSS JOIN due
CROSS JOIN
    LATERAL (
        SELECT
            payment.id,
            payment.payee_id,
            payment.amount_fen
        FROM payments_payment AS payment
        WHERE
            payment.fiscal_year = %(year)s AND payment.entitlement_id = due.id
            AND payment.request_id = subject.request_id
    ) AS paid
INNER JOIN disclosure_smsmessage AS message
    ON paid.id = message.payment_id AND message.fiscal_year = %(year)s AND subject.id = message.notice_id
INNER JOIN payments_paymentoutcome AS outcome
    ON paid.id = outcome.payment_id AND outcome.fiscal_year = %(year)s AND outcome.sequence = 1
LEFT JOIN payments_paymentoutcome AS later
    ON paid.id = later.payment_id AND later.fiscal_year = %(year)s AND later.sequence = 2
INNER JOIN registry_person AS person ON paid.payee_id = person.id
WHERE later.id IS NULL
ORDER BY person.group_no, paid.id
LIMIT %(rows_max)s OFFSET %(rows_before)s
