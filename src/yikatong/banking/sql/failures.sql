-- Why payments of files that were sent in a span of days failed or came back, by bank and what the reason asks for.
SELECT
    instruction.provider_id,
    provider.name AS provider_name,
    total.action,
    sum(total.count) FILTER (WHERE total.result = 'failed')::bigint AS failed_count,
    sum(total.count) FILTER (WHERE total.result = 'returned')::bigint AS returned_count,
    sum(total.total_fen)::bigint AS total_fen
FROM (
    SELECT event.instruction_id
    FROM banking_instructionevent AS event
    WHERE event.kind = 'sending'
    GROUP BY event.instruction_id
    HAVING
        (min(event.happened_at) AT TIME ZONE 'Asia/Shanghai')::date >= %(since)s
        AND (min(event.happened_at) AT TIME ZONE 'Asia/Shanghai')::date < %(until)s
) AS sent
INNER JOIN banking_paymentinstruction AS instruction ON sent.instruction_id = instruction.id
INNER JOIN banking_paymentprovider AS provider ON instruction.provider_id = provider.id
INNER JOIN banking_reportedtotal AS total ON instruction.id = total.instruction_id
WHERE instruction.provider_id = any(%(providers)s) AND total.result IN ('failed', 'returned')
GROUP BY instruction.provider_id, provider.name, total.action
ORDER BY instruction.provider_id ASC, failed_count DESC NULLS LAST, total.action ASC
