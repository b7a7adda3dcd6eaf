-- Rows that have a problem of the wanted kind ('' for any) and severity, a page of them in the order of the file.
-- The page is cut before its rows are looked up, so that a page costs the same on a long roster.
WITH wanted AS MATERIALIZED (
    SELECT DISTINCT problem.row_key
    FROM rosters_currentproblem AS problem
    WHERE
        problem.roster_id = %(roster)s AND problem.row_key IS NOT NULL
        AND problem.severity = any(%(severities)s) AND %(kind)s IN ('', problem.kind)
),

page AS MATERIALIZED (
    SELECT
        wanted.row_key,
        count(*) OVER () AS whole
    FROM wanted
    ORDER BY wanted.row_key COLLATE "C"
    LIMIT %(rows_max)s OFFSET %(rows_before)s
)

SELECT
    line.id,
    line.row_key,
    line.sheet,
    line.row_no,
    line.name,
    line.standing,
    line.quantity_micro,
    line.rate_fen,
    line.amount_fen,
    stored.cells_sealed,
    page.whole
FROM page
CROSS JOIN
    LATERAL (
        SELECT * FROM rosters_currentline AS one
        WHERE one.roster_id = %(roster)s AND one.row_key = page.row_key
        ORDER BY one.row_key
        LIMIT 1
    ) AS line
INNER JOIN rosters_rosterline AS stored ON line.id = stored.id
ORDER BY line.row_key COLLATE "C"
