-- Rosters with a sealed notice: what they would pay, what objections hold, whether they are accepted, in which batch.
SELECT
    roster.id AS roster_id,
    roster.no AS roster_no,
    notice.id AS notice_id,
    cycle.id AS cycle_id,
    cycle.no AS cycle_no,
    program.name AS program_name,
    roster.area_code,
    area.name AS area_name,
    cycle.agency_id,
    notice.digest,
    notice.until_on,
    cycle.pay_due_on,
    roster.count - held.count AS count,
    roster.total_fen - held.total_fen AS total_fen,
    held.count AS held_count,
    held.total_fen AS held_fen,
    acceptance.id AS acceptance_id,
    acceptance.batch_id,
    coalesce(batch.no, '') AS batch_no
FROM rosters_roster AS roster
INNER JOIN notices_publicnotice AS notice
    ON roster.id = notice.roster_id AND notice.state = 'sealed' AND roster.digest = notice.digest
        AND roster.version = notice.roster_version
INNER JOIN catalog_cycle AS cycle ON roster.cycle_id = cycle.id
INNER JOIN catalog_program AS program ON cycle.program_id = program.id
INNER JOIN core_area AS area ON roster.area_code = area.code
LEFT JOIN batches_rosteracceptance AS acceptance ON roster.id = acceptance.roster_id AND acceptance.state = 'accepted'
LEFT JOIN batches_paymentbatch AS batch ON acceptance.batch_id = batch.id
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS count,
            (coalesce(sum(line.amount_fen), 0))::bigint AS total_fen
        FROM notices_heldline AS objected
        INNER JOIN rosters_effectiveline AS line
            ON objected.roster_id = line.roster_id AND objected.row_key = line.row_key
        WHERE objected.roster_id = roster.id
    ) AS held
WHERE
    roster.state = 'completed'
    AND (
        CASE
            WHEN %(roster)s::bigint IS NULL THEN acceptance.batch_id IS NULL
            ELSE roster.id = %(roster)s::bigint
        END
    )
ORDER BY cycle.pay_due_on, cycle.no, roster.area_code, roster.no
