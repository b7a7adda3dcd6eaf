-- What stands in the rows of a part of the roster, for a check to compare itself with: the latest revision of each row.
SELECT DISTINCT ON (line.row_key COLLATE "C")
    line.row_key,
    line.revision AS standing_revision,
    line.content_index AS standing_index
FROM rosters_rosterline AS line
WHERE
    line.roster_id = %(roster)s AND line.reading_no = %(reading_no)s
    AND line.row_key COLLATE "C" BETWEEN %(first_key)s AND %(last_key)s
ORDER BY line.row_key COLLATE "C" DESC, line.revision DESC
