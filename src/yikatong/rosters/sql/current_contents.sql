-- What stands in every row now, for a check to start from and to compare itself with.
SELECT
    line.row_key,
    line.revision,
    line.standing,
    line.reason,
    line.content_index,
    stored.id,
    stored.cells_sealed
FROM rosters_currentline AS line
INNER JOIN rosters_rosterline AS stored ON line.id = stored.id
WHERE line.roster_id = %(roster)s
