-- 花名册与上期差异的记录，等于逐人再比一遍；主管部门已经接收的不再比
-- Whole tables, joined by hashing.
WITH standing AS (
    SELECT known.*
    FROM rosters_cyclecomparison AS known
    INNER JOIN rosters_roster AS roster ON known.roster_id = roster.id
    INNER JOIN rosters_roster AS previous ON known.previous_id = previous.id
    WHERE
        roster.state IN ('matched', 'completed') AND previous.state = 'completed'
        AND known.round_no = rosters_latest_round(known.roster_id)
        AND known.previous_round_no = rosters_latest_round(known.previous_id)
        AND NOT EXISTS (
            SELECT FROM core_decision AS decision
            WHERE decision.flow = 'roster_acceptance' AND decision.digest = roster.digest AND roster.digest <> ''
        )
),

told AS MATERIALIZED (
    SELECT
        standing.id AS comparison_id,
        found.*
    FROM standing
    CROSS JOIN LATERAL rosters_difference(standing.previous_id, standing.roster_id) AS found
),

counted AS (
    SELECT
        told.comparison_id,
        told.kind,
        count(*) AS count,
        coalesce(sum(told.before_fen), 0) AS before_fen,
        coalesce(sum(told.after_fen), 0) AS after_fen
    FROM told
    GROUP BY told.comparison_id, told.kind
),

kept AS (
    SELECT told.*
    FROM standing
    INNER JOIN rosters_cycledifference AS told ON standing.id = told.comparison_id
)

SELECT
    concat_ws(
        ' ', 'comparison:' || coalesce(counted.comparison_id, kept.comparison_id), coalesce(counted.kind, kept.kind)
    ) AS subject,
    concat_ws('/', counted.count, counted.before_fen, counted.after_fen) AS expected,
    concat_ws('/', kept.count, kept.before_fen, kept.after_fen) AS found
FROM counted
FULL JOIN kept ON counted.comparison_id = kept.comparison_id AND counted.kind = kept.kind
WHERE
    (counted.count, counted.before_fen, counted.after_fen)
    IS DISTINCT FROM (kept.count, kept.before_fen, kept.after_fen)
UNION ALL
SELECT
    'comparison:' || shown.comparison_id || ' person:' || shown.beneficiary_id AS subject,
    concat_ws('/', told.kind, told.before_quantity, told.after_quantity, told.before_fen, told.after_fen) AS expected,
    concat_ws('/', shown.kind, shown.before_quantity, shown.after_quantity, shown.before_fen, shown.after_fen) AS found
FROM standing
INNER JOIN rosters_changedperson AS shown ON standing.id = shown.comparison_id
LEFT JOIN told ON shown.comparison_id = told.comparison_id AND shown.beneficiary_id = told.beneficiary_id
WHERE
    row(
        told.kind, told.match_id, told.before_quantity, told.after_quantity, told.before_fen, told.after_fen,
        told.card_changed
    ) IS DISTINCT FROM row(
        shown.kind, shown.match_id, shown.before_quantity, shown.after_quantity, shown.before_fen, shown.after_fen,
        shown.card_changed
    )
