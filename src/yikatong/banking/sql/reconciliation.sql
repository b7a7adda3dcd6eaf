-- The latest requests that went to the bank: what was instructed, what the lines say, what the statements debited. Of
-- both the totals are read that are kept by file, never lines.
WITH latest AS MATERIALIZED (
    SELECT one.* FROM payments_paymentrequest AS one
    WHERE EXISTS (
            SELECT 1 FROM banking_paymentinstruction AS sent
            WHERE sent.request_id = one.id
        )
    ORDER BY one.id DESC
    LIMIT 200
)

SELECT
    request.id AS request_id,
    request.no,
    request.area_code,
    request.state,
    request.count,
    request.total_fen,
    coalesce(answered.credited_count, 0)::bigint AS credited_count,
    coalesce(answered.credited_fen, 0)::bigint AS credited_fen,
    coalesce(answered.failed_count, 0)::bigint AS failed_count,
    coalesce(answered.failed_fen, 0)::bigint AS failed_fen,
    coalesce(answered.returned_count, 0)::bigint AS returned_count,
    coalesce(answered.returned_fen, 0)::bigint AS returned_fen,
    coalesce(booked.debit_count, 0)::bigint AS debit_count,
    coalesce(booked.debit_fen, 0)::bigint AS debit_fen
FROM latest AS request
LEFT JOIN (
    SELECT
        applied.request_id,
        sum(applied.credited_count) AS credited_count,
        sum(applied.credited_fen) AS credited_fen,
        sum(applied.failed_count) AS failed_count,
        sum(applied.failed_fen) AS failed_fen,
        sum(applied.returned_count) AS returned_count,
        sum(applied.returned_fen) AS returned_fen
    FROM payments_appliedreport AS applied
    WHERE applied.request_id IN (SELECT one.id FROM latest AS one)
    GROUP BY applied.request_id
) AS answered ON request.id = answered.request_id
LEFT JOIN (
    SELECT
        sent.request_id,
        sum(total.count) AS debit_count,
        sum(total.total_fen) AS debit_fen
    FROM banking_paymentinstruction AS sent
    INNER JOIN banking_bookedtotal AS total ON sent.id = total.instruction_id AND total.kind = 'payment'
    WHERE sent.request_id IN (SELECT one.id FROM latest AS one)
    GROUP BY sent.request_id
) AS booked ON request.id = booked.request_id
ORDER BY request.id DESC
