-- Rows that have a problem of the wanted kind ('' for any) and severity, a page of them in the order of the file.
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
    count(*) OVER () AS whole
FROM rosters_currentline AS line
INNER JOIN rosters_rosterline AS stored ON line.id = stored.id
WHERE
    line.roster_id = %(roster)s
    AND EXISTS (
        SELECT 1 FROM rosters_currentproblem AS problem
        WHERE
            problem.roster_id = line.roster_id AND problem.row_key = line.row_key
            AND problem.severity = any(%(severities)s) AND %(kind)s IN ('', problem.kind)
    )
ORDER BY line.row_key COLLATE "C"
LIMIT %(rows_max)s OFFSET %(rows_before)s
