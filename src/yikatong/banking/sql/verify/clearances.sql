-- 人工作废或补认的指令都由两个人查清，附有佐证
SELECT
    'instruction:' || sent.message_id AS subject,
    '两人查清' AS expected,
    coalesce(clearance.state || ' ' || signed.count, '没有查清记录') AS found
FROM banking_instructionevent AS step
INNER JOIN banking_paymentinstruction AS sent ON step.instruction_id = sent.id
LEFT JOIN banking_clearance AS clearance
    ON sent.id = clearance.instruction_id AND clearance.state = 'approved' AND clearance.applied_at IS NOT NULL
LEFT JOIN LATERAL (
    SELECT count(DISTINCT decision.official_id) AS count
    FROM core_decision AS decision
    WHERE
        decision.flow = 'clearance'
        AND decision.subject_id = clearance.id
        AND decision.digest = clearance.digest
        AND decision.verb IN ('prepare', 'approve')
) AS signed ON TRUE
WHERE starts_with(step.note, '两人查清：') AND coalesce(signed.count, 0) < 2
