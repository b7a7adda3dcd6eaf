-- What the latest rounds of two rosters differ in, where they were compared in the background; nothing where not.
SELECT
    known.id AS comparison_id,
    told.kind,
    told.count,
    told.before_fen,
    told.after_fen
FROM rosters_cyclecomparison AS known
INNER JOIN rosters_cycledifference AS told ON known.id = told.comparison_id
WHERE
    known.roster_id = %(after)s AND known.round_no = rosters_latest_round(%(after)s)
    AND known.previous_id = %(before)s AND known.previous_round_no = rosters_latest_round(%(before)s)
