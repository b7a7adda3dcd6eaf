-- 每份定稿花名册最近一轮比对的汇总，等于它逐行的结果
-- Whole tables, joined by hashing.
WITH standing AS (
    SELECT
        roster.id,
        roster.no,
        max(round.round_no) AS round_no
    FROM rosters_roster AS roster
    INNER JOIN rosters_matchround AS round ON roster.id = round.roster_id
    WHERE roster.state = 'completed'
    GROUP BY roster.id
),

lines AS (
    SELECT
        found.roster_id,
        found.result,
        coalesce(found.village_code, '') AS village_code,
        count(*) AS count,
        sum(found.amount_fen) AS total_fen,
        min(found.id) AS first_match_id,
        max(found.id) AS last_match_id
    FROM standing
    INNER JOIN rosters_linematch AS found ON standing.id = found.roster_id AND standing.round_no = found.round_no
    GROUP BY found.roster_id, found.result, coalesce(found.village_code, '')
),

kept AS (
    SELECT total.*
    FROM standing
    INNER JOIN rosters_matchtotal AS total ON standing.id = total.roster_id AND standing.round_no = total.round_no
)

SELECT
    'roster:' || coalesce(lines.roster_id, kept.roster_id) || ' ' || coalesce(lines.result, kept.result) || ' '
    || coalesce(lines.village_code, kept.village_code) AS subject,
    concat_ws('/', lines.count, lines.total_fen, lines.first_match_id, lines.last_match_id) AS expected,
    concat_ws('/', kept.count, kept.total_fen, kept.first_match_id, kept.last_match_id) AS found
FROM lines
FULL JOIN kept
    ON
        lines.roster_id = kept.roster_id AND lines.result = kept.result
        AND lines.village_code = kept.village_code
WHERE
    (lines.count, lines.total_fen, lines.first_match_id, lines.last_match_id)
    IS DISTINCT FROM (kept.count, kept.total_fen, kept.first_match_id, kept.last_match_id)
