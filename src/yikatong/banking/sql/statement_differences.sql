-- What of a statement differs from the line results, by kind: how many lines, fen on both sides, some by number.
SELECT
    one.kind,
    count(*) AS count,
    sum(one.expected_fen)::bigint AS expected_fen,
    sum(one.found_fen)::bigint AS found_fen,
    array_agg(one.end_to_end_id ORDER BY one.end_to_end_id) FILTER (WHERE one.place <= %(examples)s) AS examples
FROM (
    SELECT
        differing.*,
        row_number() OVER (PARTITION BY differing.kind ORDER BY differing.end_to_end_id) AS place
    FROM banking_differences(%(statement_id)s) AS differing
) AS one
GROUP BY one.kind
ORDER BY one.kind
