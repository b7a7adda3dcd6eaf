-- The latest round by result, as it was added up then. Fen.
SELECT
    found.result,
    sum(found.count)::bigint AS count,
    sum(found.total_fen)::bigint AS total_fen
FROM rosters_currenttotal AS found
WHERE found.roster_id = %(roster)s
GROUP BY found.result
ORDER BY sum(found.count) DESC, found.result ASC
