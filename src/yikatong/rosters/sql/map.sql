-- Where in the table the problems stand: the table cut into so many parts, and in each the worst severity, how many
-- rows have it, and how many bad rows stand before it in the list that the page shows.
WITH placed AS (
    SELECT
        line.row_key,
        (row_number() OVER (ORDER BY line.row_key COLLATE "C") - 1) * %(parts)s / count(*) OVER () AS part
    FROM rosters_currentline AS line
    WHERE line.roster_id = %(roster)s
),

bad AS (
    SELECT
        problem.row_key,
        min(CASE problem.severity WHEN 'error' THEN 1 ELSE 2 END) AS worst
    FROM rosters_currentproblem AS problem
    WHERE
        problem.roster_id = %(roster)s AND problem.row_key IS NOT NULL
        AND problem.severity IN ('error', 'warning')
    GROUP BY problem.row_key
),

counted AS (
    SELECT
        placed.part,
        count(*) FILTER (WHERE bad.worst = 1) AS error_count,
        count(*) FILTER (WHERE bad.worst = 2) AS warning_count
    FROM placed
    INNER JOIN bad ON placed.row_key = bad.row_key
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
