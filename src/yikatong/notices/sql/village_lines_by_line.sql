-- The rows of one village in the order of the file, a page, while the roster's lines are being corrected.
SELECT
    line.row_key,
    line.name,
    line.group_no,
    line.quantity,
    line.rate_fen,
    line.amount_fen,
    held.row_key IS NOT NULL AS held
FROM rosters_effectiveline AS line
LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
WHERE line.roster_id = %(roster)s AND line.village_code = %(village)s
ORDER BY line.row_key COLLATE "C"
LIMIT %(rows_max)s OFFSET %(rows_before)s
