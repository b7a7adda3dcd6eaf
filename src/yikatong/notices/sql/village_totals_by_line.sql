-- Lines and fen of a roster by village, with what objections hold out of it, while its lines are being corrected.
SELECT
    line.village_code,
    coalesce(village.name, line.village_code) AS name,
    coalesce(township.name, '') AS township,
    count(*) AS count,
    sum(line.amount_fen)::bigint AS total_fen,
    count(held.row_key) AS held_count,
    coalesce(sum(line.amount_fen) FILTER (WHERE held.row_key IS NOT NULL), 0)::bigint AS held_fen
FROM rosters_effectiveline AS line
LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
LEFT JOIN core_area AS village ON line.village_code = village.code
LEFT JOIN core_area AS township ON line.township_code = township.code
WHERE line.roster_id = %(roster)s
GROUP BY line.village_code, village.name, township.name
ORDER BY line.village_code
