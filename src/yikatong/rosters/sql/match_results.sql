-- The latest round by result, of lines as they are now. Fen.
SELECT
    found.result,
    count(*) AS count,
    coalesce(sum(line.amount_fen), 0)::bigint AS total_fen
FROM rosters_currentmatch AS found
INNER JOIN rosters_currentline AS line ON found.roster_id = line.roster_id AND found.line_id = line.id
WHERE found.roster_id = %(roster)s AND line.standing = 'ok'
GROUP BY found.result
ORDER BY count(*) DESC
