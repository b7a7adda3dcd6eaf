-- Everything that is wrong with the file itself, its sheets, headers and totals.
SELECT
    problem.id,
    problem.row_key,
    problem.sheet,
    problem.row_no,
    problem."column",
    problem.kind,
    problem.severity,
    problem.seen_sealed,
    problem.note
FROM rosters_currentproblem AS problem
WHERE problem.roster_id = %(roster)s AND problem.row_key IS NULL
ORDER BY problem.id
