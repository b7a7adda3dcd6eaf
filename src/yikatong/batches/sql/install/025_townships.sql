-- The townships of a batch: sealed rosters beside entitlements, added up once, when the batch is frozen. Neither
-- changes afterwards, so the pages of a batch of a whole county need not go through its lines again.
SELECT core_append_only('batches_batchtownship');

-- Per township: the sealed rosters' lines beside the frozen entitlements. A line that was objected to may be missing
-- from the batch (also when the objection was dismissed afterwards); any other missing line shows as a difference.
-- The few objected lines are subtracted, so that no line is looked up one by one: the new rows have no statistics yet.
CREATE OR REPLACE FUNCTION batches_townships(batch bigint) RETURNS TABLE (
    township_code text, line_count bigint, village_count bigint, roster_count bigint, roster_fen bigint,
    frozen_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    WITH chosen AS (
        SELECT * FROM batches_paymentbatch AS one WHERE one.id = batch
    ), sealed AS (
        SELECT line.township_code, sum(line.amount_fen) AS total_fen
        FROM (
            SELECT whole.township_code, whole.amount_fen
            FROM batches_batchroster AS member
            INNER JOIN rosters_effectiveline AS whole ON member.roster_id = whole.roster_id
            WHERE member.batch_id = batch
            UNION ALL
            -- What is paid after all stands in no roster of this batch, but in the one by which it was first due.
            SELECT first.township_code, first.amount_fen
            FROM chosen
            INNER JOIN batches_entitlement AS due
                ON chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id AND due.kind = 'late'
            INNER JOIN rosters_effectiveline AS first ON due.roster_id = first.roster_id AND due.row_key = first.row_key
        ) AS line
        GROUP BY line.township_code
    ), held_out AS (
        SELECT line.township_code, sum(line.amount_fen) AS total_fen
        FROM (
            SELECT DISTINCT objected.roster_id, objected.row_key
            FROM batches_batchroster AS member
            INNER JOIN notices_objection AS objected ON member.roster_id = objected.roster_id
            WHERE member.batch_id = batch
        ) AS objected
        INNER JOIN rosters_effectiveline AS line
            ON objected.roster_id = line.roster_id AND objected.row_key = line.row_key
        CROSS JOIN chosen
        LEFT JOIN batches_entitlement AS due
            ON chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id
            AND objected.roster_id = due.roster_id AND objected.row_key = due.row_key
        WHERE due.id IS NULL
        GROUP BY line.township_code
    ), frozen AS (
        -- By village and roster first, so that what is counted only once is told apart among few rows.
        SELECT
            part.township_code, sum(part.count) AS count, count(DISTINCT part.village_code) AS village_count,
            count(DISTINCT part.roster_id) AS roster_count, sum(part.total_fen) AS total_fen
        FROM (
            SELECT due.township_code, due.village_code, due.roster_id, count(*) AS count, sum(due.amount_fen) AS total_fen
            FROM chosen
            INNER JOIN batches_entitlement AS due ON chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id
            GROUP BY due.township_code, due.village_code, due.roster_id
        ) AS part
        GROUP BY part.township_code
    )
    SELECT
        coalesce(frozen.township_code, sealed.township_code),
        coalesce(frozen.count, 0)::bigint,
        coalesce(frozen.village_count, 0),
        coalesce(frozen.roster_count, 0),
        (coalesce(sealed.total_fen, 0) - coalesce(held_out.total_fen, 0))::bigint,
        coalesce(frozen.total_fen, 0)::bigint
    FROM frozen
    FULL JOIN sealed ON frozen.township_code = sealed.township_code
    LEFT JOIN held_out ON sealed.township_code = held_out.township_code
$$;

-- Whoever freezes a batch writes its townships down, in the same transaction. The rosters of a batch that was void
-- before this was kept have gone on since: what went into it is what was frozen.
CREATE OR REPLACE FUNCTION batches_write_townships(batch bigint) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO batches_batchtownship (
        batch_id, township_code, count, village_count, roster_count, roster_fen, frozen_fen
    )
    SELECT
        chosen.id, found.township_code, found.line_count, found.village_count, found.roster_count,
        CASE WHEN chosen.state = 'void' THEN found.frozen_fen ELSE found.roster_fen END, found.frozen_fen
    FROM batches_paymentbatch AS chosen CROSS JOIN LATERAL batches_townships(chosen.id) AS found
    WHERE chosen.id = batch AND (chosen.state <> 'void' OR found.line_count > 0)
    ORDER BY found.township_code
$$;

-- Batches that were frozen before this was kept.
SELECT batches_write_townships(batch.id)
FROM batches_paymentbatch AS batch
LEFT JOIN batches_batchtownship AS kept ON batch.id = kept.batch_id
WHERE kept.id IS NULL;
