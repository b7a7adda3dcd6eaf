-- One row of a notice as its village's board shows it, and whose board that is.
SELECT
    line.village_code,
    line.row_key,
    line.name,
    line.group_no,
    line.quantity,
    line.rate_fen,
    line.amount_fen,
    held.row_key IS NOT NULL AS held
FROM rosters_effectiveline AS line
LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
WHERE line.roster_id = %(roster)s AND line.row_key = %(row_key)s
