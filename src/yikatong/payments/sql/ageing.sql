-- How long the money in suspense has been lying there: counts and fen by age, in all, by cause, by department and by
-- township. One statement, so that the four tables add up to the same. ``name`` is '' in all.
WITH held AS (
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
    FROM payments_suspense AS piece
    WHERE piece.batch_id = any(%(batches)s) AND piece.left_at IS NULL
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
