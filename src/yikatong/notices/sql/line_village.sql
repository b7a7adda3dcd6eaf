-- The village of one line that the notice shows.
SELECT line.village_code FROM rosters_effectiveline AS line
WHERE line.roster_id = %(roster)s AND line.row_key = %(row_key)s
