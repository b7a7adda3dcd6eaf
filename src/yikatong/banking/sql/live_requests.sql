-- The requests of a provider's instructions by their numbers, but for those that are void.
SELECT
    instruction.message_id,
    instruction.request_id
FROM banking_paymentinstruction AS instruction
WHERE
    instruction.provider_id = %(provider_id)s
    AND instruction.message_id = any(%(message_ids)s::text[])
    AND NOT EXISTS (
        SELECT 1 FROM banking_instructionevent AS event
        WHERE event.instruction_id = instruction.id AND event.kind = 'void'
    )
