-- What is to be mended now, each kind once a row.
SELECT DISTINCT
    problem.row_key,
    problem.kind
FROM rosters_currentproblem AS problem
WHERE problem.roster_id = %(roster)s AND problem.row_key IS NOT NULL AND problem.severity = 'error'
