-- Every request that went to the bank: what was instructed, what the lines say, what the statements debited.
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
FROM payments_paymentrequest AS request
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
    GROUP BY applied.request_id
) AS answered ON request.id = answered.request_id
LEFT JOIN (
    SELECT
        sent.request_id,
        count(*) AS debit_count,
        sum(line.amount_fen) AS debit_fen
    FROM banking_statementline AS line
    INNER JOIN banking_paymentinstruction AS sent ON line.message_id = sent.message_id
    WHERE line.side = 'debit'
    GROUP BY sent.request_id
) AS booked ON request.id = booked.request_id
WHERE EXISTS (
        SELECT 1 FROM banking_paymentinstruction AS sent
        WHERE sent.request_id = request.id
    )
ORDER BY request.id DESC
LIMIT 200
