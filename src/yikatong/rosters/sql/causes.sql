-- What is wrong now, counted by kind.
SELECT
    problem.kind,
    problem.severity,
    count(*) AS count
FROM rosters_currentproblem AS problem
WHERE problem.roster_id = %(roster)s
GROUP BY problem.kind, problem.severity
ORDER BY
    CASE problem.severity WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END,
    count(*) DESC,
    problem.kind
