-- What a completed roster paid, in the order of its file, with the cells as the clerk wrote them.
SELECT
    line.line_id AS id,
    stored.cells_sealed,
    coalesce(village.name, '') AS village,
    line.group_no,
    line.name,
    line.quantity,
    line.occasion
FROM rosters_effectiveline AS line
INNER JOIN rosters_rosterline AS stored ON line.line_id = stored.id
LEFT JOIN core_area AS village ON line.village_code = village.code
WHERE line.roster_id = %(roster)s
ORDER BY line.row_key COLLATE "C"
