-- 人卡钱台账最近一次的统计，在那以后没有新的批次和回盘的，等于从明细再数一遍
-- Whole tables, joined by hashing.
WITH latest AS (
    SELECT DISTINCT ON (kept.county_code, kept.fiscal_year) kept.*
    FROM banking_yearcount AS kept
    ORDER BY kept.county_code ASC, kept.fiscal_year ASC, kept.id DESC
),

standing AS (
    SELECT latest.* FROM latest
    WHERE latest.mark = banking_year_mark(latest.county_code, latest.fiscal_year)
),

counted AS (
    SELECT
        standing.id AS year_count_id,
        found.*
    FROM standing
    CROSS JOIN LATERAL banking_year_figures(standing.county_code, standing.fiscal_year) AS found
),

kept AS (
    SELECT line.*
    FROM standing
    INNER JOIN banking_yearcountline AS line ON standing.id = line.year_count_id
)

SELECT
    concat_ws(
        ' ', 'year_count:' || coalesce(counted.year_count_id, kept.year_count_id),
        'program:' || coalesce(counted.program_id, kept.program_id), coalesce(counted.township_code, kept.township_code)
    ) AS subject,
    concat_ws(
        '/', counted.person_count, counted.card_count, counted.line_count, counted.due_fen, counted.credited_fen
    ) AS expected,
    concat_ws('/', kept.person_count, kept.card_count, kept.line_count, kept.due_fen, kept.credited_fen) AS found
FROM counted
FULL JOIN kept
    ON
        counted.year_count_id = kept.year_count_id
        AND coalesce(counted.program_id, 0) = coalesce(kept.program_id, 0)
        AND counted.township_code = kept.township_code
WHERE
    (counted.person_count, counted.card_count, counted.line_count, counted.due_fen, counted.credited_fen)
    IS DISTINCT FROM (kept.person_count, kept.card_count, kept.line_count, kept.due_fen, kept.credited_fen)
