-- Lines of a report that speak of no request of ours, or of one that the report has no say in: count, sum, and one as
-- an example.
SELECT
    count(*) AS line_count,
    coalesce(sum(line.amount_fen), 0)::bigint AS line_fen,
    coalesce(min(line.end_to_end_id), '') AS example
FROM banking_reportrow AS line
LEFT JOIN banking_paymentinstruction AS instruction
    ON
        line.message_id = instruction.message_id AND instruction.provider_id = %(provider_id)s
        AND instruction.request_id IN (SELECT banking_spoken_of(%(provider_id)s, %(accounts)s::bigint[]))
-- LIMIT keeps the search from becoming a join of everything with everything.
LEFT JOIN LATERAL (
    SELECT named.request_id
    FROM payments_payment AS named
    WHERE
        named.end_to_end_id = line.end_to_end_id
        AND named.fiscal_year = any(%(years)s::smallint[])
    ORDER BY named.end_to_end_id LIMIT 1
) AS payment ON TRUE
WHERE
    line.report_id = %(report_id)s AND instruction.id IS NULL
    AND (payment.request_id IN (SELECT banking_spoken_of(%(provider_id)s, %(accounts)s::bigint[]))) IS NOT TRUE
