-- Per township: the sealed rosters' lines beside the frozen entitlements. A line that was objected to may be missing
-- from the batch (also when the objection was dismissed afterwards); any other missing line shows as a difference.
-- The few objected lines are subtracted, so that no line is looked up one by one: the new rows have no statistics yet.
WITH chosen AS (
    SELECT * FROM batches_paymentbatch
    WHERE id = %(batch)s
),

sealed AS (
    SELECT
        line.township_code,
        sum(line.amount_fen) AS total_fen
    FROM (
        SELECT
            whole.township_code,
            whole.amount_fen
        FROM batches_batchroster AS member
        INNER JOIN rosters_effectiveline AS whole ON member.roster_id = whole.roster_id
        WHERE member.batch_id = %(batch)s
        UNION ALL
        -- What is paid after all stands in no roster of this batch, but in the one by which it was first due.
        SELECT
            first.township_code,
            first.amount_fen
        FROM chosen
        INNER JOIN batches_entitlement AS due
            ON chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id AND due.kind = 'late'
        INNER JOIN rosters_effectiveline AS first ON due.roster_id = first.roster_id AND due.row_key = first.row_key
    ) AS line
    GROUP BY line.township_code
),

held_out AS (
    SELECT
        line.township_code,
        sum(line.amount_fen) AS total_fen
    FROM (
        SELECT DISTINCT
            objected.roster_id,
            objected.row_key
        FROM batches_batchroster AS member
        INNER JOIN notices_objection AS objected ON member.roster_id = objected.roster_id
        WHERE member.batch_id = %(batch)s
    ) AS objected
    INNER JOIN rosters_effectiveline AS line
        ON objected.roster_id = line.roster_id AND objected.row_key = line.row_key
    CROSS JOIN chosen
    LEFT JOIN batches_entitlement AS due
        ON
            chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id
            AND objected.roster_id = due.roster_id AND objected.row_key = due.row_key
    WHERE due.id IS NULL
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
    coalesce(area.name, frozen.township_code, sealed.township_code) AS township_name,
    coalesce(frozen.count, 0) AS count,
    coalesce(frozen.village_count, 0) AS village_count,
    coalesce(frozen.roster_count, 0) AS roster_count,
    (coalesce(sealed.total_fen, 0) - coalesce(held_out.total_fen, 0))::bigint AS roster_fen,
    (coalesce(frozen.total_fen, 0))::bigint AS frozen_fen
FROM frozen
FULL JOIN sealed ON frozen.township_code = sealed.township_code
LEFT JOIN held_out ON sealed.township_code = held_out.township_code
LEFT JOIN core_area AS area ON coalesce(frozen.township_code, sealed.township_code) = area.code
ORDER BY township_code
