-- 每份定稿花名册的行数、金额、指纹都与它的各行相符，也与定稿时签的一样
SELECT
    'roster:' || roster.no AS subject,
    roster.count || ' / ' || roster.total_fen || ' / ' || roster.digest AS expected,
    figures.lines || ' / ' || figures.total || ' / ' || rosters_digest(roster.id) AS found
FROM rosters_roster AS roster
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS lines,
            coalesce(sum(line.amount_fen), 0) AS total
        FROM rosters_effectiveline AS line
        WHERE line.roster_id = roster.id
    ) AS figures
WHERE
    roster.state = 'completed'
    AND (
        roster.count <> figures.lines
        OR roster.total_fen <> figures.total
        OR roster.digest <> rosters_digest(roster.id)
        OR NOT EXISTS (
            SELECT 1 FROM core_decision AS decision
            WHERE
                decision.flow = 'roster' AND decision.verb = 'complete' AND decision.subject_id = roster.id
                AND decision.digest = roster.digest AND decision.subject_version = roster.version - 1
        )
    )
