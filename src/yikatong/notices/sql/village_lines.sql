-- The rows of one village of a completed roster in the order of the file, a page. They are looked for between the
-- village's first and last only, which in a file that goes village by village are the village's own.
SELECT
    line.row_key,
    line.name,
    line.group_no,
    line.quantity_micro AS quantity,
    line.rate_fen,
    line.amount_fen,
    held.row_key IS NOT NULL AS held
FROM rosters_currenttotal AS total
INNER JOIN rosters_roster AS roster ON total.roster_id = roster.id
INNER JOIN rosters_linematch AS line
    ON
        line.id BETWEEN total.first_match_id AND total.last_match_id
        AND total.roster_id = line.roster_id AND total.round_no = line.round_no AND total.result = line.result
        AND total.village_code = coalesce(line.village_code, '')
LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
WHERE
    total.roster_id = %(roster)s AND total.result = 'matched'
    AND coalesce(nullif(total.village_code, ''), roster.area_code) = %(village)s
ORDER BY line.row_key COLLATE "C"
LIMIT %(rows_max)s OFFSET %(rows_before)s
