-- The rows of one reading as they stand in its file, in its order: the first revision of each, number 2 of a row that
-- was read with a correction on it.
SELECT
    line.id,
    line.row_key,
    line.cells_sealed
FROM rosters_rosterline AS line
WHERE
    line.roster_id = %(roster)s AND line.reading_no = %(reading_no)s
    AND (
        line.revision = 1
        OR (
            line.revision = 2
            AND NOT EXISTS (
                SELECT FROM rosters_rosterline AS earlier
                WHERE earlier.roster_id = line.roster_id AND earlier.row_key = line.row_key AND earlier.revision = 1
            )
        )
    )
ORDER BY line.row_key COLLATE "C"
