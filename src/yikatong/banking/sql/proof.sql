-- Per batch: payments by state beside the ledger's balances and the bank's statements. Fen.
SELECT
    batch.no AS case_no,
    count(*) FILTER (WHERE payment.state = 'credited') AS credited_count,
    coalesce(sum(payment.amount_fen) FILTER (WHERE payment.state = 'credited'), 0)::bigint AS credited_fen,
    coalesce(sum(payment.amount_fen) FILTER (WHERE payment.state = 'in_transit'), 0)::bigint AS in_transit_fen,
    coalesce(sum(payment.amount_fen) FILTER (WHERE payment.state IN ('failed', 'returned')), 0)::bigint
        AS suspense_fen,
    coalesce(sum(payment.amount_fen) FILTER (WHERE payment.state = 'refunded'), 0)::bigint AS treasury_fen,
    coalesce(sum(booked.net_fen), 0)::bigint AS statement_fen
FROM payments_paymentstate AS payment
INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id
INNER JOIN batches_paymentbatch AS batch ON request.batch_id = batch.id
LEFT JOIN (
    SELECT
        line.end_to_end_id,
        sum(CASE line.side WHEN 'debit' THEN line.amount_fen ELSE -line.amount_fen END) AS net_fen
    FROM banking_statementline AS line
    WHERE line.end_to_end_id <> ''
    GROUP BY line.end_to_end_id
) AS booked ON payment.end_to_end_id = booked.end_to_end_id
GROUP BY batch.no
ORDER BY batch.no
