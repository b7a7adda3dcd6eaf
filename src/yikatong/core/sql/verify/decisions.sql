-- 每个决定与审计链里当时记下的一样，一个不多一个不少
SELECT
    coalesce('decision:' || decision.id, event.subject) AS subject,
    convert_from(event.body, 'UTF8') AS expected,
    to_jsonb(decision)::text AS found
FROM core_decision AS decision
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE detail ? 'decision'
) AS event ON decision.id = (event.detail ->> 'decision')::bigint
WHERE
    decision.id IS NULL
    OR event.id IS NULL
    OR event.name <> decision.flow || '.' || decision.verb
    OR event.subject <> decision.flow || ':' || decision.subject_id
    OR event.official_id <> decision.official_id
    OR event.business_at <> decision.business_at
    OR event.detail - ARRAY['area', 'agency'] <> jsonb_build_object(
        'decision', decision.id, 'from', decision.from_state, 'to', decision.to_state,
        'version', decision.subject_version, 'digest', decision.digest, 'case', decision.case_no,
        'reason', decision.reason, 'duty', decision.duty, 'appointment', decision.appointment_id
    )
