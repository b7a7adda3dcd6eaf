-- Which revision stands in each of some rows.
SELECT
    line.row_key,
    line.revision
FROM rosters_currentline AS line
WHERE line.roster_id = %(roster)s AND line.row_key = any(%(row_keys)s::text[])
