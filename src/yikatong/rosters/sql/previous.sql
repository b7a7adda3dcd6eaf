-- The roster that the same place completed last for the same program, in an earlier cycle; the newest of its copies.
SELECT earlier.id
FROM rosters_roster AS roster
INNER JOIN catalog_cycle AS cycle ON roster.cycle_id = cycle.id
INNER JOIN rosters_roster AS earlier
    ON roster.program_id = earlier.program_id AND roster.area_code = earlier.area_code
INNER JOIN catalog_cycle AS before ON earlier.cycle_id = before.id
WHERE
    roster.id = %(roster)s AND earlier.state = 'completed'
    AND (before.starts_on, before.id) < (cycle.starts_on, cycle.id)
ORDER BY before.starts_on DESC, before.id DESC, earlier.id DESC
LIMIT 1
