-- 每份指令的清单与封存时审计链记下的一样，文件没有换过
SELECT
    coalesce('instruction:' || manifest.instruction_id, event.subject) AS subject,
    coalesce(convert_from(event.body, 'UTF8'), '审计链里没有') AS expected,
    coalesce(manifest.digest, '清单不见了') AS found
FROM banking_instructionmanifest AS manifest
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'instruction.manifested'
) AS event
    ON event.subject = 'instruction:' || manifest.instruction_id
LEFT JOIN core_storedfile AS file ON manifest.file_id = file.id
WHERE
    manifest.instruction_id IS NULL
    OR event.id IS NULL
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM jsonb_build_object(
        'instruction', manifest.instruction_id, 'file', manifest.file_id, 'digest', manifest.digest
    )
    OR file.digest IS DISTINCT FROM manifest.digest
