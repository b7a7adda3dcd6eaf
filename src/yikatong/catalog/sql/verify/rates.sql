-- 每个补贴标准都来自一份已公布的清单
SELECT
    program.code AS subject,
    coalesce(item.rate_fen::text, '已公布的清单') AS expected,
    rate.rate_fen::text AS found
FROM catalog_benefitrate AS rate
INNER JOIN catalog_program AS program ON rate.program_id = program.id
LEFT JOIN catalog_cataloglist AS list ON rate.catalog_list_id = list.id AND list.state = 'published'
LEFT JOIN catalog_catalogitem AS item ON list.id = item.catalog_list_id AND program.code = item.code
WHERE (item.rate_fen = rate.rate_fen AND item.valid_from = rate.valid_from) IS NOT TRUE
UNION ALL
SELECT
    item.code AS subject,
    item.rate_fen::text AS expected,
    '标准不见了' AS found
FROM catalog_program AS program
INNER JOIN catalog_catalogitem AS item ON program.item_id = item.id
WHERE item.rate_fen IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM catalog_benefitrate AS rate
        WHERE rate.program_id = program.id AND rate.rate_fen = item.rate_fen
    )
