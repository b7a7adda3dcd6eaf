-- Which sendings of these instructions the database knows.
SELECT
    sent.message_id,
    step.sequence
FROM banking_instructionevent AS step
INNER JOIN banking_paymentinstruction AS sent ON step.instruction_id = sent.id
WHERE step.kind = 'sending' AND sent.message_id = any(%(messages)s::text[])
