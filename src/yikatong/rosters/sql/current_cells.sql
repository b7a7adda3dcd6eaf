-- Some rows as they stand now, with their kept cells.
SELECT
    line.id,
    line.row_key,
    line.row_no,
    line.standing,
    stored.cells_sealed
FROM rosters_currentline AS line
INNER JOIN rosters_rosterline AS stored ON line.id = stored.id
WHERE line.roster_id = %(roster)s AND line.row_key = any(%(row_keys)s::text[])
