-- Everything that is wrong with the named rows.
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
WHERE problem.roster_id = %(roster)s AND problem.row_key = any(%(row_keys)s::text[])
ORDER BY problem.id
