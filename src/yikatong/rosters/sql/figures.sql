-- The figures of a roster as it stands: its latest check, its latest round of matching, and whether totals are settled.
SELECT
    checked.*,
    reading.id AS reading_id,
    reading.file_id,
    reading.read_at,
    round.round_no,
    round.matched_at,
    given.reason AS confirmed_reason,
    given.reason IS NOT NULL AS total_confirmed
FROM rosters_rostercheck AS checked
INNER JOIN rosters_rosterreading AS reading
    ON checked.roster_id = reading.roster_id AND checked.reading_no = reading.reading_no
LEFT JOIN rosters_matchround AS round
    ON
        checked.roster_id = round.roster_id
        AND round.round_no = (
            SELECT max(latest.round_no) FROM rosters_matchround AS latest
            WHERE latest.roster_id = checked.roster_id
        )
LEFT JOIN LATERAL (
    SELECT confirmation.reason FROM rosters_totalconfirmation AS confirmation
    WHERE
        confirmation.roster_id = checked.roster_id AND confirmation.read_total_fen = checked.read_total_fen
        AND confirmation.mismatch_count = checked.mismatch_count
        AND confirmation.declared_total_fen IS NOT DISTINCT FROM checked.declared_total_fen
    ORDER BY confirmation.id DESC LIMIT 1
) AS given ON TRUE
WHERE checked.roster_id = %(roster)s
ORDER BY checked.check_no DESC
LIMIT 1
