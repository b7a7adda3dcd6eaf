-- Areas with the area they lie in, as the row checker wants them.
SELECT
    area.code,
    area.name,
    area.level,
    coalesce(area.parent_id, '') AS parent_code
FROM core_area AS area
ORDER BY area.code
