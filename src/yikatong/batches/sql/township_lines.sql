-- The townships of a batch, as they were added up when it was frozen.
SELECT
    kept.township_code,
    coalesce(area.name, kept.township_code) AS township_name,
    kept.count,
    kept.village_count,
    kept.roster_count,
    kept.roster_fen,
    kept.frozen_fen
FROM batches_batchtownship AS kept
LEFT JOIN core_area AS area ON kept.township_code = area.code
WHERE kept.batch_id = %(batch)s
ORDER BY kept.township_code
