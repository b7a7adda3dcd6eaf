-- The kept cells of some lines, whatever has become of them since.
SELECT
    line.id,
    line.cells_sealed
FROM rosters_rosterline AS line
WHERE line.id = any(%(lines)s::bigint[])
