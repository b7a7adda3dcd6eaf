-- 每份定稿花名册的行数、金额、指纹都与它的各行相符，也与定稿时签的一样
SELECT
    'roster:' || roster.no AS subject,
    roster.count || ' / ' || roster.total_fen || ' / ' || roster.digest AS expected,
    figures.line_count || ' / ' || figures.line_fen || ' / ' || figures.digest AS found
FROM rosters_roster AS roster
CROSS JOIN LATERAL rosters_figures(roster.id) AS figures
WHERE
    roster.state = 'completed'
    AND (
        roster.count <> figures.line_count
        OR roster.total_fen <> figures.line_fen
        OR roster.digest <> figures.digest
        OR NOT EXISTS (
            SELECT 1 FROM core_decision AS decision
            WHERE
                decision.flow = 'roster' AND decision.verb = 'complete' AND decision.subject_id = roster.id
                AND decision.digest = roster.digest AND decision.subject_version = roster.version - 1
        )
    )
