-- The requests of a provider's instructions by their numbers, but for those that are void and those of accounts that
-- the message does not speak for; and whether one took the place of a file that is void.
SELECT
    instruction.message_id,
    instruction.request_id,
    banking_took_place(instruction) AS took_place
FROM banking_paymentinstruction AS instruction
WHERE
    instruction.provider_id = %(provider_id)s
    AND instruction.request_id IN (SELECT banking_spoken_of(%(provider_id)s, %(accounts)s::bigint[]))
    AND instruction.message_id = any(%(message_ids)s::text[])
    AND NOT EXISTS (
        SELECT 1 FROM banking_voidfile AS gone
        WHERE gone.instruction_id = instruction.id
    )
