-- 每份代发指令与封存时审计链记下的一样，文件没有换过
SELECT
    coalesce('instruction:' || instruction.message_id, event.subject) AS subject,
    coalesce(convert_from(event.body, 'UTF8'), '审计链里没有') AS expected,
    coalesce(banking_instruction_detail(instruction)::text, '指令不见了') AS found
FROM banking_paymentinstruction AS instruction
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'instruction.built'
) AS event
    ON event.subject = 'instruction:' || instruction.id
LEFT JOIN core_storedfile AS body ON instruction.body_id = body.id
WHERE
    instruction.id IS NULL
    OR event.id IS NULL
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM banking_instruction_detail(instruction)
    OR body.digest IS DISTINCT FROM instruction.body_digest
