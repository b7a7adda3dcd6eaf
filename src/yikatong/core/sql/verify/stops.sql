-- 每次紧急停发和解除都与审计链里记下的一样
SELECT
    coalesce('emergency_stop:' || fact.stop_id, event.subject) AS subject,
    coalesce(event.name || ' ' || event.official_id, '审计链里没有') AS expected,
    coalesce(fact.name || ' ' || fact.official_id, '这一步不见了') AS found
FROM (
    SELECT
        stop.id AS stop_id,
        'sending.stopped' AS name,
        stop.official_id
    FROM core_emergencystop AS stop
    UNION ALL
    SELECT
        lift.stop_id,
        'sending.stop_lifted' AS name,
        lift.official_id
    FROM core_stoplift AS lift
) AS fact
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name IN ('sending.stopped', 'sending.stop_lifted')
) AS event
    ON
        event.subject = 'emergency_stop:' || fact.stop_id
        AND fact.name = event.name
        AND fact.official_id = event.official_id
WHERE fact.stop_id IS NULL OR event.id IS NULL
