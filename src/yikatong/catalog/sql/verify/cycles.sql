-- 每个发放周期的标准和期限都与开启时签下的一致，标准出自公布的清单
SELECT
    cycle.no AS subject,
    cycle.digest AS expected,
    catalog_cycle_digest(cycle) AS found
FROM catalog_cycle AS cycle
WHERE
    cycle.digest <> catalog_cycle_digest(cycle)
    OR cycle.rate_fen IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM catalog_benefitrate AS rate
        WHERE rate.program_id = cycle.program_id AND rate.rate_fen = cycle.rate_fen
            AND rate.valid_from <= cycle.ends_on
    )
