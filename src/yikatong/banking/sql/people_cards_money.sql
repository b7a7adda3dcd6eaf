-- 人、卡、钱 (Q4, Q5) of one fiscal year, by program and by township: how many people on how many cards are due how much,
-- and how much of it was credited and did not come back. Reads one year's partitions alone.
WITH line AS (
    SELECT
        due.program_id,
        due.township_code,
        due.payee_id,
        due.card_id,
        sum(due.amount_fen)::bigint AS due_fen,
        coalesce(sum(due.amount_fen) FILTER (WHERE arrived.entitlement_id IS NOT NULL), 0)::bigint AS credited_fen,
        count(*) AS line_count
    FROM batches_entitlement AS due
    LEFT JOIN (
        SELECT payment.entitlement_id
        FROM payments_payment AS payment
        INNER JOIN payments_paymentoutcome AS outcome
            ON
                payment.fiscal_year = outcome.fiscal_year
                AND payment.id = outcome.payment_id
                AND outcome.result = 'credited'
        LEFT JOIN payments_paymentoutcome AS later
            ON
                payment.fiscal_year = later.fiscal_year
                AND payment.id = later.payment_id
                AND later.sequence = 2
                AND later.fiscal_year = %(year)s
        WHERE
            payment.fiscal_year = %(year)s
            AND outcome.fiscal_year = %(year)s
            AND later.id IS NULL
    ) AS arrived ON due.id = arrived.entitlement_id
    WHERE due.fiscal_year = %(year)s AND due.county_code LIKE any(%(places)s)
    GROUP BY due.program_id, due.township_code, due.payee_id, due.card_id
),

summed AS (
    SELECT
        line.program_id,
        line.township_code,
        count(DISTINCT line.payee_id) AS person_count,
        count(DISTINCT line.card_id) AS card_count,
        sum(line.line_count)::bigint AS line_count,
        sum(line.due_fen)::bigint AS due_fen,
        sum(line.credited_fen)::bigint AS credited_fen
    FROM line
    GROUP BY GROUPING SETS ((line.program_id), (line.township_code), ())
)

SELECT
    CASE
        WHEN summed.program_id IS NOT NULL THEN 'program'
        WHEN summed.township_code IS NOT NULL THEN 'township'
        ELSE 'whole'
    END AS kind,
    coalesce(program.name, township.name, summed.township_code, '') AS name,
    summed.person_count,
    summed.card_count,
    summed.line_count,
    coalesce(summed.due_fen, 0) AS due_fen,
    coalesce(summed.credited_fen, 0) AS credited_fen
FROM summed
LEFT JOIN catalog_program AS program ON summed.program_id = program.id
LEFT JOIN core_area AS township ON summed.township_code = township.code
ORDER BY kind, program.code, summed.township_code
