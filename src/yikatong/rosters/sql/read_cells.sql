-- The rows of one reading as they stand in its file, in its order; what was corrected since is in later revisions.
SELECT
    line.id,
    line.row_key,
    line.cells_sealed
FROM rosters_rosterline AS line
WHERE line.roster_id = %(roster)s AND line.reading_no = %(reading_no)s AND line.revision = 1
ORDER BY line.row_key COLLATE "C"
