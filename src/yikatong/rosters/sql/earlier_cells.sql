-- What some rows held in an earlier revision, the n-th row key in the n-th revision.
SELECT
    line.id,
    line.row_key,
    line.standing,
    line.reason,
    line.cells_sealed
FROM unnest(%(row_keys)s::text[], %(revisions)s::integer[]) AS wanted (row_key, revision)
INNER JOIN rosters_rosterline AS line
    ON
        line.roster_id = %(roster)s
        AND wanted.row_key = line.row_key
        AND wanted.revision = line.revision
