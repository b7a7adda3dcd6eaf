-- Lays the lines of one report down for payments: whose request they are, and the payment's own amount where the bank
-- does not repeat it. Lines that belong to no request of ours stay behind.
INSERT INTO payments_reportedline (
    report_id, request_id, line_no, end_to_end_id, result, reason_code, action, reason_words, amount_fen,
    bank_reference, booked_on
)
SELECT
    line.report_id,
    coalesce(instruction.request_id, payment.request_id) AS request_id,
    line.line_no,
    line.end_to_end_id,
    line.result,
    line.reason_code,
    line.action,
    line.reason_words,
    coalesce(line.amount_fen, payment.amount_fen, 0) AS amount_fen,
    line.bank_reference,
    line.booked_on
FROM banking_reportrow AS line
LEFT JOIN banking_paymentinstruction AS instruction
    ON line.message_id = instruction.message_id AND instruction.provider_id = %(provider_id)s
LEFT JOIN payments_payment AS payment ON line.end_to_end_id = payment.end_to_end_id
WHERE
    line.report_id = %(report_id)s
    AND coalesce(instruction.request_id, payment.request_id) IS NOT NULL
