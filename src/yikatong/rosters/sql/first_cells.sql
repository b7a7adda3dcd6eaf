-- What the file has in some rows: their first revision, number 2 of a row that was read with a correction on it.
SELECT
    line.id,
    line.row_key,
    line.cells_sealed
FROM unnest(%(row_keys)s::text[]) AS wanted (row_key)
CROSS JOIN LATERAL (
    SELECT
        one.id,
        one.row_key,
        one.cells_sealed
    FROM rosters_rosterline AS one
    WHERE one.roster_id = %(roster)s AND one.row_key = wanted.row_key
    ORDER BY one.revision
    LIMIT 1
) AS line
