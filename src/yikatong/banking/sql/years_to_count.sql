-- The counties' years in some areas of which something has happened since they were counted, or that never were.
SELECT
    found.county_code,
    found.fiscal_year
FROM (
    SELECT DISTINCT
        left(batch.area_code, 6) || '000000' AS county_code,
        batch.fiscal_year
    FROM batches_paymentbatch AS batch
    WHERE batch.area_code LIKE any(%(places)s)
) AS found
LEFT JOIN LATERAL (
    SELECT kept.mark FROM banking_yearcount AS kept
    WHERE kept.county_code = found.county_code AND kept.fiscal_year = found.fiscal_year
    ORDER BY kept.id DESC
    LIMIT 1
) AS latest ON TRUE
WHERE latest.mark IS DISTINCT FROM banking_year_mark(found.county_code, found.fiscal_year)
ORDER BY found.county_code, found.fiscal_year
