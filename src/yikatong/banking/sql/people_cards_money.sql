-- 人、卡、钱 (Q4, Q5) of one fiscal year in some areas, by program and by township, as each county was counted last.
WITH latest AS (
    SELECT max(kept.id) AS id
    FROM banking_yearcount AS kept
    WHERE kept.fiscal_year = %(year)s AND kept.county_code LIKE any(%(places)s)
    GROUP BY kept.county_code
)

SELECT
    CASE
        WHEN line.program_id IS NOT NULL THEN 'program'
        WHEN line.township_code <> '' THEN 'township'
        ELSE 'whole'
    END AS kind,
    coalesce(program.name, township.name, line.township_code, '') AS name,
    sum(line.person_count)::bigint AS person_count,
    sum(line.card_count)::bigint AS card_count,
    sum(line.line_count)::bigint AS line_count,
    sum(line.due_fen)::bigint AS due_fen,
    sum(line.credited_fen)::bigint AS credited_fen,
    min(head.counted_at) AS counted_at
FROM latest
INNER JOIN banking_yearcount AS head ON latest.id = head.id
INNER JOIN banking_yearcountline AS line ON head.id = line.year_count_id
LEFT JOIN catalog_program AS program ON line.program_id = program.id
LEFT JOIN core_area AS township ON line.township_code = township.code
GROUP BY line.program_id, line.township_code, program.code, program.name, township.name
ORDER BY kind, program.code, line.township_code
