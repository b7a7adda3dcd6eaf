-- 恢复模式的进入、说明和离开都与审计链里记下的一样
SELECT
    coalesce('restoration:' || fact.restoration_id, event.subject) AS subject,
    coalesce(event.name || ' ' || event.official_id, '审计链里没有') AS expected,
    coalesce(fact.name || ' ' || fact.official_id, '这一步不见了') AS found
FROM (
    SELECT
        entered.id AS restoration_id,
        'restoration.entered' AS name,
        entered.official_id
    FROM banking_restoration AS entered
    UNION ALL
    SELECT
        ended.restoration_id,
        'restoration.left' AS name,
        ended.first_id AS official_id
    FROM banking_restorationend AS ended
    UNION ALL
    SELECT
        file.restoration_id,
        'restoration.explained' AS name,
        note.official_id
    FROM banking_restorationnote AS note
    INNER JOIN banking_restorationfile AS file ON note.file_id = file.id
) AS fact
FULL JOIN (
    SELECT DISTINCT
        made.name,
        made.subject,
        made.official_id
    FROM core_auditevent AS made
    WHERE made.name IN ('restoration.entered', 'restoration.left', 'restoration.explained')
) AS event
    ON
        event.subject = 'restoration:' || fact.restoration_id
        AND fact.name = event.name
        AND fact.official_id = event.official_id
WHERE fact.restoration_id IS NULL OR event.name IS NULL
