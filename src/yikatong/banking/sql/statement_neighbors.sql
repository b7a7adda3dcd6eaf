-- What does not fit the account's other statements, of one that a person brings: payments that stand on another one
-- already, and balances that do not follow from the one before or lead to the one next_day. Fen.
WITH own AS (
    SELECT
        one.id,
        one.agreement_id,
        one.day,
        one.opening_fen,
        one.closing_fen
    FROM banking_bankstatement AS one
    WHERE one.id = %(statement_id)s
),

again AS (
    SELECT
        line.end_to_end_id,
        line.amount_fen,
        row_number() OVER (ORDER BY line.end_to_end_id) AS place
    FROM banking_statementline AS line
    -- By the key of each line, never all lines with all (LIMIT).
    CROSS JOIN
        LATERAL (
            SELECT other.id FROM banking_statementline AS other
            WHERE
                other.end_to_end_id = line.end_to_end_id AND other.side = 'debit'
                AND other.statement_id <> line.statement_id
            ORDER BY other.end_to_end_id LIMIT 1
        ) AS earlier
    WHERE line.statement_id = %(statement_id)s AND line.side = 'debit' AND line.end_to_end_id <> ''
),

prior_day AS (
    SELECT one.* FROM banking_bankstatement AS one
    INNER JOIN own ON one.agreement_id = own.agreement_id AND one.day < own.day
    ORDER BY one.day DESC LIMIT 1
),

next_day AS (
    SELECT one.* FROM banking_bankstatement AS one
    INNER JOIN own ON one.agreement_id = own.agreement_id AND one.day > own.day
    ORDER BY one.day ASC LIMIT 1
)

SELECT
    'booked_before' AS kind,
    count(*) AS count,
    0::bigint AS expected_fen,
    sum(again.amount_fen)::bigint AS found_fen,
    array_agg(again.end_to_end_id::text ORDER BY again.place) FILTER (WHERE again.place <= %(examples)s) AS examples
FROM again
HAVING count(*) > 0
UNION ALL
SELECT
    'opens_otherwise' AS kind,
    1 AS count,
    prior_day.closing_fen AS expected_fen,
    own.opening_fen AS found_fen,
    ARRAY[to_char(prior_day.day, 'YYYY-MM-DD')] AS examples
FROM own
INNER JOIN prior_day ON own.opening_fen <> prior_day.closing_fen
UNION ALL
SELECT
    'closes_otherwise' AS kind,
    1 AS count,
    next_day.opening_fen AS expected_fen,
    own.closing_fen AS found_fen,
    ARRAY[to_char(next_day.day, 'YYYY-MM-DD')] AS examples
FROM own
INNER JOIN next_day ON own.closing_fen <> next_day.opening_fen
