-- A few entitlements of a batch, each with the same chance.
SELECT
    due.id AS entitlement_id,
    person.name,
    coalesce(township.name, due.township_code) AS township_name,
    coalesce(village.name, due.village_code) AS village_name,
    due.amount_fen
FROM (
    SELECT picked.*
    FROM batches_paymentbatch AS chosen
    INNER JOIN batches_entitlement AS picked
        ON chosen.fiscal_year = picked.fiscal_year AND chosen.id = picked.batch_id
    WHERE chosen.id = %(batch)s
    ORDER BY random()
    LIMIT %(how_many)s
) AS due
INNER JOIN registry_person AS person ON due.beneficiary_id = person.id
LEFT JOIN core_area AS township ON due.township_code = township.code
LEFT JOIN core_area AS village ON due.village_code = village.code
ORDER BY due.township_code, due.id
