-- 人工查清的指令都由两个人办，查实的结果、佐证和说明就是他们签过的
SELECT
    coalesce('clearance:' || found.id, 'clearance:' || signed.subject_id) AS subject,
    coalesce(signed.digest, '没有人签过') AS expected,
    coalesce(found.own_digest || ' ' || found.state, '查清记录不见了') AS found
FROM (
    SELECT
        one.*,
        encode(sha256(convert_to(concat_ws(
            '|', sent.message_id, one.verdict, proof.digest, one.note
        ), 'UTF8')), 'hex') AS own_digest,
        request.case_no AS own_case_no,
        request.area_code AS own_area_code,
        request.agency_id AS own_agency_id,
        done.id IS NOT NULL AS is_done
    FROM banking_clearance AS one
    INNER JOIN banking_paymentinstruction AS sent ON one.instruction_id = sent.id
    INNER JOIN payments_paymentrequest AS request ON sent.request_id = request.id
    INNER JOIN core_storedfile AS proof ON one.proof_id = proof.id
    LEFT JOIN LATERAL (
        SELECT step.id FROM banking_instructionevent AS step
        WHERE
            step.instruction_id = one.instruction_id AND step.note = '两人查清：' || one.note
            AND step.kind = CASE one.verdict WHEN 'not_received' THEN 'void' ELSE 'acknowledged' END
        ORDER BY step.id LIMIT 1
    ) AS done ON TRUE
) AS found
FULL JOIN (
    SELECT
        decision.subject_id,
        min(decision.digest) AS digest,
        min(decision.business_at) AS prepared_at,
        count(DISTINCT decision.official_id) FILTER (WHERE decision.verb IN ('prepare', 'approve')) AS signer_count
    FROM core_decision AS decision
    WHERE decision.flow = 'clearance'
    GROUP BY decision.subject_id
    HAVING min(decision.digest) = max(decision.digest)
) AS signed ON found.id = signed.subject_id
WHERE
    found.id IS NULL
    OR signed.subject_id IS NULL
    OR found.digest <> signed.digest
    OR found.own_digest <> signed.digest
    OR found.prepared_at <> signed.prepared_at
    OR (found.case_no, found.area_code, found.agency_id)
    IS DISTINCT FROM (found.own_case_no, found.own_area_code, found.own_agency_id)
    OR (found.state = 'approved') <> (found.applied_at IS NOT NULL)
    OR (found.state = 'approved' AND (NOT found.is_done OR signed.signer_count < 2))
UNION ALL
SELECT
    'instruction:' || sent.message_id AS subject,
    '两人查清' AS expected,
    '没有查清记录' AS found
FROM banking_instructionevent AS step
INNER JOIN banking_paymentinstruction AS sent ON step.instruction_id = sent.id
WHERE
    starts_with(step.note, '两人查清：')
    AND NOT EXISTS (
        SELECT 1 FROM banking_clearance AS one
        WHERE one.instruction_id = sent.id AND one.state = 'approved' AND step.note = '两人查清：' || one.note
    )
UNION ALL
-- 催问银行的每一次都与审计链里记下的一样
SELECT
    coalesce('inquiry:' || asked.id, event.subject) AS subject,
    coalesce(event.detail::text, '审计链里没有') AS expected,
    coalesce(asked.answer || ' ' || asked.count, '催问记录不见了') AS found
FROM (
    SELECT
        one.*,
        jsonb_build_object('answer', one.answer, 'count', one.count, 'total_fen', one.total_fen) AS detail,
        row_number() OVER (
            PARTITION BY one.instruction_id, one.asked_at, one.answer, one.count, one.total_fen
        ) AS place
    FROM banking_inquiry AS one
) AS asked
FULL JOIN (
    SELECT
        made.*,
        row_number() OVER (PARTITION BY made.subject, made.business_at, made.detail) AS place
    FROM core_auditevent AS made
    WHERE made.name = 'instruction.inquired'
) AS event
    ON
        event.subject = 'instruction:' || asked.instruction_id
        AND asked.asked_at = event.business_at
        AND asked.detail = event.detail
        AND asked.place = event.place
WHERE asked.id IS NULL OR event.id IS NULL
