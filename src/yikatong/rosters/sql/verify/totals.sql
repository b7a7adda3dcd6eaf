-- 花名册每一轮比对的汇总，等于它逐行的结果
-- Whole tables, joined by hashing.
WITH lines AS (
    SELECT
        found.roster_id,
        found.round_no,
        found.result,
        coalesce(found.village_code, '') AS village_code,
        count(*) AS count,
        sum(found.amount_fen) AS total_fen,
        min(found.id) AS first_match_id,
        max(found.id) AS last_match_id
    FROM rosters_linematch AS found
    GROUP BY found.roster_id, found.round_no, found.result, coalesce(found.village_code, '')
)

SELECT
    'roster:' || coalesce(lines.roster_id, kept.roster_id) || ' ' || coalesce(lines.result, kept.result) || ' '
    || coalesce(lines.village_code, kept.village_code) AS subject,
    concat_ws('/', lines.count, lines.total_fen, lines.first_match_id, lines.last_match_id) AS expected,
    concat_ws('/', kept.count, kept.total_fen, kept.first_match_id, kept.last_match_id) AS found
FROM lines
FULL JOIN rosters_matchtotal AS kept
    ON
        lines.roster_id = kept.roster_id AND lines.round_no = kept.round_no AND lines.result = kept.result
        AND lines.village_code = kept.village_code
WHERE
    (lines.count, lines.total_fen, lines.first_match_id, lines.last_match_id)
    IS DISTINCT FROM (kept.count, kept.total_fen, kept.first_match_id, kept.last_match_id)
