-- What is wrong now with the name in its row: the first of all, errors before warnings, in the order of the file.
SELECT
    problem.id,
    problem.row_key,
    problem.sheet,
    problem.row_no AS row,
    problem."column",
    coalesce(line.name, '') AS name,
    problem.kind,
    problem.severity,
    problem.note,
    problem.seen_sealed
FROM rosters_currentproblem AS problem
LEFT JOIN rosters_currentline AS line ON problem.roster_id = line.roster_id AND problem.row_key = line.row_key
WHERE problem.roster_id = %(roster)s
ORDER BY
    CASE problem.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,
    problem.row_key COLLATE "C" NULLS FIRST,
    problem.id
LIMIT %(marked_max)s
