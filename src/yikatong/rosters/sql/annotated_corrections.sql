-- Rows with a later revision: the cells as they are now, and as they stand in the file.
SELECT
    line.row_key,
    line.sheet,
    line.row_no AS row,
    line.name,
    line.id AS now_id,
    corrected.cells_sealed AS now_sealed,
    original.id AS read_id,
    original.cells_sealed AS read_sealed
FROM rosters_currentline AS line
INNER JOIN rosters_rosterline AS corrected ON line.id = corrected.id
CROSS JOIN
    LATERAL (
        SELECT
            one.id,
            one.cells_sealed
        FROM rosters_rosterline AS one
        WHERE one.roster_id = line.roster_id AND one.row_key = line.row_key
        ORDER BY one.revision
        LIMIT 1
    ) AS original
WHERE line.roster_id = %(roster)s AND line.revision > 1 AND line.standing <> 'dropped'
ORDER BY line.row_key COLLATE "C"
