-- 每份盖章的公示都满了期、有佐证，指纹与花名册定稿时一样
SELECT
    'notice:' || notice.id AS subject,
    notice.digest || ' until ' || notice.until_on AS expected,
    coalesce(signed.digest || ' sealed ' || signed.recorded_at, 'not signed') AS found
FROM notices_publicnotice AS notice
INNER JOIN rosters_roster AS roster ON notice.roster_id = roster.id
INNER JOIN catalog_cycle AS cycle ON roster.cycle_id = cycle.id
LEFT JOIN core_decision AS signed
    ON signed.flow = 'public_notice' AND notice.id = signed.subject_id AND signed.verb = 'seal'
LEFT JOIN core_decision AS completed
    ON
        completed.flow = 'roster' AND notice.roster_id = completed.subject_id AND completed.verb = 'complete'
        AND notice.roster_version = completed.subject_version + 1
WHERE
    notice.state = 'sealed'
    AND (
        signed.digest IS DISTINCT FROM notice.digest
        OR completed.digest IS DISTINCT FROM notice.digest
        OR notice.until_on < notice.posted_on + cycle.notice_days
        OR (signed.business_at AT TIME ZONE 'Asia/Shanghai')::date <= notice.until_on
        OR NOT EXISTS (
            SELECT 1 FROM notices_noticeproof AS proof
            WHERE proof.notice_id = notice.id
        )
        OR (roster.state = 'completed' AND roster.version = notice.roster_version AND roster.digest <> notice.digest)
    )
