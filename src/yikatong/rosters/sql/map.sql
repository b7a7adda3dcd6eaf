-- Where in the table the problems stand: the table cut into so many parts, and in each the worst severity, how many
-- rows have it, and how many bad rows stand before it in the list that the page shows. Rows and problems are heaped up,
-- not joined: of a roster that was read a moment ago the planner knows nothing, and would go through all of one for
-- each of the other (45 s for 20,000 rows with 14,000 problems).
WITH told AS (
    SELECT
        line.row_key,
        3 AS worst
    FROM rosters_currentline AS line
    WHERE line.roster_id = %(roster)s
    UNION ALL
    SELECT
        problem.row_key,
        CASE problem.severity WHEN 'error' THEN 1 ELSE 2 END AS worst
    FROM rosters_currentproblem AS problem
    WHERE
        problem.roster_id = %(roster)s AND problem.row_key IS NOT NULL
        AND problem.severity IN ('error', 'warning')
),

judged AS (
    SELECT
        told.row_key,
        min(told.worst) AS worst
    FROM told
    GROUP BY told.row_key
),

placed AS (
    SELECT
        judged.worst,
        (row_number() OVER (ORDER BY judged.row_key COLLATE "C") - 1) * %(parts)s / count(*) OVER () AS part
    FROM judged
),

counted AS (
    SELECT
        placed.part,
        count(*) FILTER (WHERE placed.worst = 1) AS error_count,
        count(*) FILTER (WHERE placed.worst = 2) AS warning_count
    FROM placed
    WHERE placed.worst < 3
    GROUP BY placed.part
)

SELECT
    counted.part,
    counted.error_count,
    counted.warning_count,
    coalesce(sum(counted.error_count) OVER (ORDER BY counted.part ROWS UNBOUNDED PRECEDING), 0)
    - counted.error_count AS errors_before
FROM counted
ORDER BY counted.part
