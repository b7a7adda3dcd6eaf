-- How long the money of some batches of one year has been lying in suspense: counts and fen by age, in all, by cause,
-- by department and by township. One statement, so that the four tables add up to the same. ``name`` is '' in all.
WITH piece AS (
    SELECT
        lying.cause,
        request.agency_id,
        entitlement.township_code,
        lying.amount_fen,
        lying.booked_on,
        payments_refund_due_on(lying.cause, lying.booked_on) AS due_on
    FROM payments_lying AS lying
    INNER JOIN payments_paymentrequest AS request ON lying.request_id = request.id
    -- Each by its key, whatever the planner believes of outcomes that were written a moment ago (hence OFFSET).
    CROSS JOIN
        LATERAL (
            SELECT one.entitlement_id FROM payments_payment AS one
            WHERE one.fiscal_year = %(year)s AND one.id = lying.payment_id
            ORDER BY one.id OFFSET 0
        ) AS payment
    CROSS JOIN
        LATERAL (
            SELECT one.township_code FROM batches_entitlement AS one
            WHERE one.fiscal_year = %(year)s AND one.id = payment.entitlement_id
            ORDER BY one.id OFFSET 0
        ) AS entitlement
    WHERE lying.batch_id = any(%(batches)s) AND lying.fiscal_year = %(year)s
    UNION ALL
    SELECT
        receipt.cause,
        receipt.agency_id,
        receipt.township_code,
        receipt.amount_fen,
        receipt.booked_on,
        receipt.due_on
    FROM payments_suspense AS receipt
    WHERE receipt.source = 'receipt' AND receipt.batch_id = any(%(batches)s) AND receipt.left_at IS NULL
),

held AS (
    SELECT
        piece.cause,
        piece.agency_id,
        piece.township_code,
        piece.amount_fen,
        piece.due_on < %(today)s AS is_overdue,
        CASE
            WHEN %(today)s - piece.booked_on <= 30 THEN 0
            WHEN %(today)s - piece.booked_on <= 60 THEN 1
            WHEN %(today)s - piece.booked_on <= 90 THEN 2
            ELSE 3
        END AS age
    FROM piece
),

summed AS (
    SELECT
        held.cause,
        held.agency_id,
        held.township_code,
        held.age,
        count(*) AS count,
        sum(held.amount_fen)::bigint AS total_fen,
        count(*) FILTER (WHERE held.is_overdue) AS overdue_count,
        coalesce(sum(held.amount_fen) FILTER (WHERE held.is_overdue), 0)::bigint AS overdue_fen,
        CASE grouping(held.cause, held.agency_id, held.township_code)
            WHEN 7 THEN 'all'
            WHEN 3 THEN 'cause'
            WHEN 5 THEN 'agency'
            ELSE 'township'
        END AS dimension
    FROM held
    GROUP BY
        GROUPING SETS ((held.age), (held.cause, held.age), (held.agency_id, held.age), (held.township_code, held.age))
)

SELECT
    summed.dimension,
    coalesce(agency.name, township.name, summed.cause, '') AS name,
    summed.age,
    summed.count,
    summed.total_fen,
    summed.overdue_count,
    summed.overdue_fen
FROM summed
LEFT JOIN core_agency AS agency ON summed.agency_id = agency.id
LEFT JOIN core_area AS township ON summed.township_code = township.code
ORDER BY summed.dimension, name, summed.age
