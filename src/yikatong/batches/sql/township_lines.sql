-- Per township: the sealed rosters' lines that nobody objects to, beside the frozen entitlements.
WITH chosen AS (
    SELECT * FROM batches_paymentbatch WHERE id = %(batch)s
),

sealed AS (
    SELECT
        line.township_code,
        sum(line.amount_fen) AS total_fen
    FROM batches_batchroster AS member
    INNER JOIN rosters_effectiveline AS line ON member.roster_id = line.roster_id
    LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
    WHERE member.batch_id = %(batch)s AND held.row_key IS NULL
    GROUP BY line.township_code
),

frozen AS (
    SELECT
        due.township_code,
        count(*) AS count,
        count(DISTINCT due.village_code) AS village_count,
        count(DISTINCT due.roster_id) AS roster_count,
        sum(due.amount_fen) AS total_fen
    FROM chosen
    INNER JOIN batches_entitlement AS due ON chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id
    GROUP BY due.township_code
)

SELECT
    coalesce(frozen.township_code, sealed.township_code) AS township_code,
    coalesce(area.name, coalesce(frozen.township_code, sealed.township_code)) AS township_name,
    coalesce(frozen.count, 0) AS count,
    coalesce(frozen.village_count, 0) AS village_count,
    coalesce(frozen.roster_count, 0) AS roster_count,
    (coalesce(sealed.total_fen, 0))::bigint AS roster_fen,
    (coalesce(frozen.total_fen, 0))::bigint AS frozen_fen
FROM frozen
FULL JOIN sealed ON frozen.township_code = sealed.township_code
LEFT JOIN core_area AS area ON coalesce(frozen.township_code, sealed.township_code) = area.code
ORDER BY township_code
