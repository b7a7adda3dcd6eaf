-- A run of one request's payments by state, where the bank has answered for all of the request or for none of it: the
-- run's own sum, less the few that failed or came back, which are looked up by their reports.
WITH astray AS (
    SELECT
        one.amount_fen,
        one.state
    FROM payments_astray AS one
    WHERE
        one.request_id = %(request)s AND one.fiscal_year = %(fiscal_year)s
        AND one.payment_id BETWEEN %(first_id)s AND %(last_id)s
),

found AS (
    SELECT
        payments_usual_state(%(request)s) AS state,
        %(count)s - (SELECT count(*) FROM astray) AS line_count,
        %(total_fen)s - (SELECT coalesce(sum(astray.amount_fen), 0) FROM astray) AS total_fen
    UNION ALL
    SELECT
        astray.state,
        count(*) AS line_count,
        sum(astray.amount_fen) AS total_fen
    FROM astray
    GROUP BY astray.state
)

SELECT
    found.state,
    found.line_count::bigint AS line_count,
    found.total_fen::bigint AS total_fen
FROM found
WHERE found.line_count > 0
ORDER BY found.state
