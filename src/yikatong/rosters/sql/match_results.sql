-- The latest round by result. Fen.
SELECT
    found.result,
    count(*) AS count,
    coalesce(sum(found.amount_fen), 0)::bigint AS total_fen
FROM rosters_currentmatch AS found
WHERE found.roster_id = %(roster)s
GROUP BY found.result
ORDER BY count(*) DESC
