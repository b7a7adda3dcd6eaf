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
INNER JOIN rosters_rosterline AS original
    ON line.roster_id = original.roster_id AND line.row_key = original.row_key AND original.revision = 1
WHERE line.roster_id = %(roster)s AND line.revision > 1 AND line.standing <> 'dropped'
ORDER BY line.row_key COLLATE "C"
