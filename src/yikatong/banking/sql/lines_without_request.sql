-- Lines of a report that speak of no request of ours: count, sum, and one as an example.
SELECT
    count(*) AS line_count,
    coalesce(sum(line.amount_fen), 0)::bigint AS line_fen,
    coalesce(min(line.end_to_end_id), '') AS example
FROM banking_reportrow AS line
LEFT JOIN banking_paymentinstruction AS instruction
    ON line.message_id = instruction.message_id AND instruction.provider_id = %(provider_id)s
LEFT JOIN payments_payment AS payment ON line.end_to_end_id = payment.end_to_end_id
WHERE line.report_id = %(report_id)s AND instruction.id IS NULL AND payment.id IS NULL
