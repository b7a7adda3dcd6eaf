-- 现行的每个补贴项目都与最近公布的清单一字不差
SELECT
    program.code AS subject,
    concat_ws(
        '|', item.name, item.paid_to, item.cycle_kind, item.paying_mode, item.is_secret, item.by_occasion,
        item.notice_days, item.department_id, item.ended_on, list.state
    ) AS expected,
    concat_ws(
        '|', program.name, program.paid_to, program.cycle_kind, program.paying_mode, program.is_secret,
        program.by_occasion, program.notice_days, program.department_id, program.ended_on,
        'published'
    ) AS found
FROM catalog_program AS program
INNER JOIN catalog_catalogitem AS item ON program.item_id = item.id
INNER JOIN catalog_cataloglist AS list ON item.catalog_list_id = list.id
WHERE
    list.state <> 'published'
    OR (
        program.code, program.name, program.unit, program.quantity_kind, program.paying_mode, program.is_secret,
        program.by_occasion, program.exclusion_note, program.notice_days
    )
    <> (
        item.code, item.name, item.unit, item.quantity_kind, item.paying_mode, item.is_secret,
        item.by_occasion, item.exclusion_note, item.notice_days
    )
    OR program.paid_to IS DISTINCT FROM item.paid_to
    OR program.cycle_kind IS DISTINCT FROM item.cycle_kind
    OR program.department_id IS DISTINCT FROM item.department_id
    OR program.ended_on IS DISTINCT FROM item.ended_on
    OR EXISTS (
        SELECT 1 FROM catalog_catalogitem AS later
        INNER JOIN catalog_cataloglist AS newer ON later.catalog_list_id = newer.id
        WHERE later.code = program.code AND newer.state = 'published' AND newer.id > list.id
    )
