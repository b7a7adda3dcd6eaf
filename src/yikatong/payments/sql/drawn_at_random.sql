-- A few payments of a request, each with the same chance.
SELECT
    due.id AS entitlement_id,
    person.name,
    coalesce(township.name, due.township_code) AS township_name,
    coalesce(village.name, due.village_code) AS village_name,
    picked.amount_fen
FROM (
    SELECT
        payment.entitlement_id,
        payment.amount_fen
    FROM payments_payment AS payment
    WHERE payment.request_id = %(request)s AND payment.fiscal_year = %(fiscal_year)s
    ORDER BY random()
    LIMIT %(how_many)s
) AS picked
INNER JOIN batches_entitlement AS due ON picked.entitlement_id = due.id AND due.fiscal_year = %(fiscal_year)s
INNER JOIN registry_person AS person ON due.beneficiary_id = person.id
LEFT JOIN core_area AS township ON due.township_code = township.code
LEFT JOIN core_area AS village ON due.village_code = village.code
ORDER BY due.township_code, due.id
