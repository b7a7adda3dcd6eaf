-- Where in the table the problems stand: the table cut into so many parts by its row numbers, one sheet after
-- another, and in each how many rows have an error or else a warning, and how many errors stand before it in the
-- list that the page shows. Of the table only the last row of each sheet is looked up: a row key is reading, sheet
-- and row.
WITH RECURSIVE latest AS (
    SELECT max(reading.reading_no) AS reading_no
    FROM rosters_rosterreading AS reading
    WHERE reading.roster_id = %(roster)s
),

ends AS (
    (
        SELECT line.row_key
        FROM latest
        INNER JOIN rosters_rosterline AS line
            ON
                latest.reading_no = line.reading_no AND line.roster_id = %(roster)s
                AND line.row_key > latest.reading_no || '-'
        ORDER BY line.row_key DESC
        LIMIT 1
    )
    UNION ALL
    SELECT earlier.row_key
    FROM ends
    CROSS JOIN latest
    CROSS JOIN LATERAL (
        SELECT line.row_key
        FROM rosters_rosterline AS line
        WHERE
            line.roster_id = %(roster)s AND line.reading_no = latest.reading_no
            AND line.row_key > latest.reading_no || '-' AND line.row_key < left(ends.row_key, -7)
        ORDER BY line.row_key DESC
        LIMIT 1
    ) AS earlier
),

sheets AS (
    SELECT
        left(ends.row_key, -7) AS sheet,
        sum(right(ends.row_key, 7)::bigint) OVER () AS whole,
        coalesce(sum(right(ends.row_key, 7)::bigint) OVER (
            ORDER BY ends.row_key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ), 0) AS rows_before
    FROM ends
),

judged AS (
    SELECT
        problem.row_key,
        bool_or(problem.severity = 'error') AS is_error
    FROM rosters_currentproblem AS problem
    WHERE
        problem.roster_id = %(roster)s AND problem.row_key IS NOT NULL
        AND problem.severity IN ('error', 'warning')
    GROUP BY problem.row_key
),

counted AS (
    SELECT
        ((sheets.rows_before + right(judged.row_key, 7)::bigint - 1) * %(parts)s / sheets.whole)::bigint AS part,
        count(*) FILTER (WHERE judged.is_error) AS error_count,
        count(*) FILTER (WHERE NOT judged.is_error) AS warning_count
    FROM judged
    INNER JOIN sheets ON left(judged.row_key, -7) = sheets.sheet
    GROUP BY part
)

SELECT
    counted.part,
    counted.error_count,
    counted.warning_count,
    coalesce(sum(counted.error_count) OVER (ORDER BY counted.part ROWS UNBOUNDED PRECEDING), 0)
    - counted.error_count AS errors_before
FROM counted
ORDER BY counted.part
