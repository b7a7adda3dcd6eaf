-- Lines and fen of a completed roster by village, as they were added up, with what objections hold out of it.
WITH held AS (
    SELECT
        coalesce(line.village_code, '') AS village_code,
        count(*) AS count,
        sum(line.amount_fen) AS total_fen
    FROM notices_heldline AS objected
    CROSS JOIN
        LATERAL (
            SELECT
                found.village_code,
                found.amount_fen
            FROM rosters_linematch AS found
            WHERE
                found.roster_id = %(roster)s AND found.row_key = objected.row_key AND found.result = 'matched'
                AND found.round_no = (
                    SELECT max(round.round_no) FROM rosters_matchround AS round
                    WHERE round.roster_id = %(roster)s
                )
            ORDER BY found.row_key
            LIMIT 1
        ) AS line
    WHERE objected.roster_id = %(roster)s
    GROUP BY coalesce(line.village_code, '')
),

placed AS (
    SELECT
        coalesce(nullif(total.village_code, ''), roster.area_code) AS village_code,
        CASE
            WHEN total.village_code = '' THEN roster.area_code
            ELSE left(total.village_code, 9) || '000'
        END AS township_code,
        sum(total.count) AS count,
        sum(total.total_fen) AS total_fen,
        sum(coalesce(held.count, 0)) AS held_count,
        sum(coalesce(held.total_fen, 0)) AS held_fen
    FROM rosters_currenttotal AS total
    INNER JOIN rosters_roster AS roster ON total.roster_id = roster.id
    LEFT JOIN held ON total.village_code = held.village_code
    WHERE total.roster_id = %(roster)s AND total.result = 'matched'
    GROUP BY
        coalesce(nullif(total.village_code, ''), roster.area_code),
        CASE
            WHEN total.village_code = '' THEN roster.area_code
            ELSE left(total.village_code, 9) || '000'
        END
)

SELECT
    placed.village_code,
    coalesce(village.name, placed.village_code) AS name,
    coalesce(township.name, '') AS township,
    placed.count::bigint AS count,
    placed.total_fen::bigint AS total_fen,
    placed.held_count::bigint AS held_count,
    placed.held_fen::bigint AS held_fen
FROM placed
LEFT JOIN core_area AS village ON placed.village_code = village.code
LEFT JOIN core_area AS township ON placed.township_code = township.code
ORDER BY placed.village_code
