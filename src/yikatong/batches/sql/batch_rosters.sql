-- The rosters of a batch as they went in, and whether each still stands in it.
SELECT
    member.roster_id,
    roster.no AS roster_no,
    area.name AS area_name,
    member.count,
    member.total_fen,
    member.held_count,
    member.held_fen,
    member.roster_digest AS digest,
    coalesce(acceptance.batch_id = member.batch_id, FALSE) AS stands,
    exists(
        SELECT 1 FROM rosters_roster AS earlier
        INNER JOIN catalog_cycle AS before ON earlier.cycle_id = before.id
        WHERE
            earlier.program_id = roster.program_id AND earlier.area_code = roster.area_code
            AND earlier.state = 'completed' AND (before.starts_on, before.id) < (cycle.starts_on, cycle.id)
    ) AS has_previous
FROM batches_batchroster AS member
INNER JOIN batches_rosteracceptance AS acceptance ON member.acceptance_id = acceptance.id
INNER JOIN rosters_roster AS roster ON member.roster_id = roster.id
INNER JOIN catalog_cycle AS cycle ON roster.cycle_id = cycle.id
INNER JOIN core_area AS area ON roster.area_code = area.code
WHERE member.batch_id = %(batch)s
ORDER BY roster.area_code, roster.no
