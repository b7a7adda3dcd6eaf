-- 每个批次分乡镇的笔数、金额等于它的明细；与盖章花名册逐行是否一致，另有一项核对
-- Whole tables, joined by hashing.
WITH lines AS (
    SELECT
        part.batch_id,
        part.township_code,
        sum(part.count) AS count,
        count(DISTINCT part.village_code) AS village_count,
        count(DISTINCT part.roster_id) AS roster_count,
        sum(part.total_fen) AS total_fen
    FROM (
        SELECT
            due.batch_id,
            due.township_code,
            due.village_code,
            due.roster_id,
            count(*) AS count,
            sum(due.amount_fen) AS total_fen
        FROM batches_entitlement AS due
        GROUP BY due.batch_id, due.township_code, due.village_code, due.roster_id
    ) AS part
    GROUP BY part.batch_id, part.township_code
)

SELECT
    'batch:' || coalesce(lines.batch_id, kept.batch_id) || ' township:'
    || coalesce(lines.township_code, kept.township_code) AS subject,
    concat_ws('/', lines.count, lines.village_count, lines.roster_count, lines.total_fen, lines.total_fen) AS expected,
    concat_ws('/', kept.count, kept.village_count, kept.roster_count, kept.frozen_fen, kept.roster_fen) AS found
FROM lines
FULL JOIN batches_batchtownship AS kept
    ON lines.batch_id = kept.batch_id AND lines.township_code = kept.township_code
WHERE
    (lines.count, lines.village_count, lines.roster_count, lines.total_fen, lines.total_fen)
    IS DISTINCT FROM (kept.count, kept.village_count, kept.roster_count, kept.frozen_fen, kept.roster_fen)
