-- 每份清单的内容都与签批时的数据指纹一致
SELECT
    list.no AS subject,
    list.digest AS expected,
    catalog_list_digest(list.id) AS found
FROM catalog_cataloglist AS list
WHERE list.digest <> catalog_list_digest(list.id)
