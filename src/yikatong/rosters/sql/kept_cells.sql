-- The cells of rows that were corrected or dropped (a row that never was still has its first revision) and of the rows
-- that are about to be, for the clerk's corrections to be laid over the file again.
SELECT
    line.id,
    line.row_key,
    line.standing,
    line.reason,
    stored.cells_sealed
FROM rosters_currentline AS line
INNER JOIN rosters_rosterline AS stored ON line.id = stored.id
WHERE line.roster_id = %(roster)s AND (line.revision > 1 OR line.row_key = any(%(row_keys)s::text[]))
ORDER BY line.row_key COLLATE "C"
