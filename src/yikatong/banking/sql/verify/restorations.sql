-- 恢复模式里的每一步都与审计链里记下的一样
SELECT
    coalesce('restoration:' || fact.restoration_id, event.subject) AS subject,
    coalesce(event.name || ' ' || event.detail::text, '审计链里没有') AS expected,
    coalesce(fact.name || ' ' || fact.detail::text, '这一步不见了') AS found
FROM (
    SELECT
        step.*,
        row_number() OVER (
            PARTITION BY step.restoration_id, step.name, step.happened_at, step.detail
        ) AS place
    FROM (
        SELECT
            entered.id AS restoration_id,
            'restoration.entered' AS name,
            entered.official_id,
            entered.entered_at AS happened_at,
            banking_restoration_detail(entered) AS detail
        FROM banking_restoration AS entered
        UNION ALL
        SELECT
            visit.restoration_id,
            'restoration.visited' AS name,
            0 AS official_id,
            visit.visited_at AS happened_at,
            jsonb_build_object('provider', visit.provider_id, 'asked', visit.asked_count) AS detail
        FROM banking_restorationvisit AS visit
        UNION ALL
        SELECT
            file.restoration_id,
            'restoration.file_found' AS name,
            0 AS official_id,
            file.found_at AS happened_at,
            banking_restoration_file_detail(file) AS detail
        FROM banking_restorationfile AS file
        UNION ALL
        SELECT
            file.restoration_id,
            'restoration.explained' AS name,
            note.official_id,
            note.noted_at AS happened_at,
            jsonb_build_object('message', file.message_id, 'note', note.note) AS detail
        FROM banking_restorationnote AS note
        INNER JOIN banking_restorationfile AS file ON note.file_id = file.id
        UNION ALL
        SELECT
            ended.restoration_id,
            'restoration.left' AS name,
            ended.first_id AS official_id,
            ended.left_at AS happened_at,
            jsonb_build_object('reason', ended.reason, 'second', ended.second_id) AS detail
        FROM banking_restorationend AS ended
    ) AS step
) AS fact
FULL JOIN (
    SELECT
        made.*,
        CASE
            WHEN made.name NOT IN ('restoration.visited', 'restoration.file_found') THEN made.official_id ELSE 0
        END AS signer_id,
        row_number() OVER (PARTITION BY made.subject, made.name, made.business_at, made.detail) AS place
    FROM core_auditevent AS made
    WHERE starts_with(made.name, 'restoration.')
) AS event
    ON
        event.subject = 'restoration:' || fact.restoration_id
        AND fact.name = event.name
        AND fact.official_id = event.signer_id
        AND fact.happened_at = event.business_at
        AND fact.detail = event.detail
        AND fact.place = event.place
WHERE fact.restoration_id IS NULL OR event.name IS NULL
