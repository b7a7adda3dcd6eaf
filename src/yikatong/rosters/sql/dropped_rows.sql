-- Rows that the clerk took out, with the reasons.
SELECT
    line.row_key,
    line.sheet,
    line.row_no,
    line.name,
    line.amount_fen,
    line.reason
FROM rosters_currentline AS line
WHERE line.roster_id = %(roster)s AND line.standing = 'dropped'
ORDER BY line.row_key COLLATE "C"
