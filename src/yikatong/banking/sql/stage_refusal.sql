-- The bank refused an instruction as a whole: every payment of it failed, for the reason the bank gave.
INSERT INTO payments_reportedline (
    report_id, request_id, line_no, end_to_end_id, result, reason_code, action, reason_words, amount_fen,
    bank_reference, booked_on, repeats_void
)
SELECT
    %(report_id)s,
    instruction.request_id,
    row_number() OVER (ORDER BY payment.id) AS line_no,
    payment.end_to_end_id,
    'failed' AS result,
    %(reason_code)s,
    %(action)s,
    %(reason_words)s,
    payment.amount_fen,
    '' AS bank_reference,
    %(booked_on)s,
    %(is_repeat)s AND banking_took_place(instruction) AS repeats_void
FROM banking_paymentinstruction AS instruction
INNER JOIN payments_payment AS payment
    ON
        instruction.request_id = payment.request_id
        AND instruction.fiscal_year = payment.fiscal_year
        AND payment.id BETWEEN instruction.first_payment_id AND instruction.last_payment_id
WHERE instruction.message_id = %(message_id)s AND instruction.provider_id = %(provider_id)s
    -- Of a file that was void a refusal is what was expected.
    AND NOT EXISTS (
        SELECT 1 FROM banking_voidfile AS gone
        WHERE gone.instruction_id = instruction.id
    )
