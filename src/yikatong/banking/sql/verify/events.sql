-- 指令的每一步与审计链里记下的一样，先记账后发送
SELECT
    coalesce('instruction:' || step.instruction_id || '/' || step.sequence, event.subject) AS subject,
    coalesce(event.name, '审计链里没有') AS expected,
    coalesce(step.kind, '这一步不见了') AS found
FROM banking_instructionevent AS step
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE starts_with(name, 'instruction.') AND detail ? 'sequence'
) AS event
    ON event.subject = 'instruction:' || step.instruction_id AND (event.detail ->> 'sequence')::bigint = step.sequence
WHERE
    step.id IS NULL
    OR event.id IS NULL
    OR event.name <> 'instruction.' || step.kind
    OR event.official_id <> step.official_id
    OR event.detail ->> 'note' IS DISTINCT FROM step.note
    OR event.business_at IS DISTINCT FROM step.happened_at
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM event.detail
UNION ALL
SELECT
    'instruction:' || sending.instruction_id AS subject,
    '资金已转为银行在途' AS expected,
    '没有转账就发送' AS found
FROM banking_instructionevent AS sending
INNER JOIN banking_paymentinstruction AS instruction ON sending.instruction_id = instruction.id
WHERE sending.kind = 'sending' AND NOT payments_sent(instruction.request_id)
