-- 每次批量导入的社保卡和卡状态与导入时审计链记下的一样
SELECT
    event.subject,
    event.detail ->> 'digest' AS expected,
    coalesce(registry_load_digest(load.id), '导入记录不见了') AS found
FROM core_auditevent AS event
LEFT JOIN registry_cardload AS load ON event.subject = 'card_load:' || load.id
LEFT JOIN core_storedfile AS file ON load.file_id = file.id
WHERE
    event.name = 'cards.loaded'
    AND (
        load.id IS NULL
        OR event.official_id <> load.loaded_by_id
        OR event.business_at <> load.loaded_at
        OR file.digest <> load.digest
        OR (event.detail ->> 'as_of')::date <> load.as_of
        OR (event.detail ->> 'rows')::integer <> load.row_count
        OR (event.detail ->> 'new')::integer <> load.new_count
        OR (event.detail ->> 'changed')::integer <> load.changed_count
        OR (event.detail ->> 'unknown')::integer <> load.unknown_count
        OR event.detail ->> 'digest' IS DISTINCT FROM registry_load_digest(load.id)
    )
