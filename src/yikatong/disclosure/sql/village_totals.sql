-- What was really paid, by township and village; what came back afterwards stands beside it.
SELECT
    entitlement.township_code,
    entitlement.village_code,
    coalesce(township.name, entitlement.township_code) AS township_name,
    coalesce(village.name, entitlement.village_code) AS village_name,
    count(*) FILTER (WHERE later.id IS NULL) AS count,
    coalesce(sum(payment.amount_fen) FILTER (WHERE later.id IS NULL), 0)::bigint AS total_fen,
    count(later.id) AS returned_count,
    coalesce(sum(recovered.recovered_fen), 0)::bigint AS recovered_fen
FROM disclosure_smsmessage AS message
INNER JOIN payments_payment AS payment
    ON message.fiscal_year = payment.fiscal_year AND message.payment_id = payment.id
INNER JOIN batches_entitlement AS entitlement
    ON payment.fiscal_year = entitlement.fiscal_year AND payment.entitlement_id = entitlement.id
LEFT JOIN payments_paymentoutcome AS later
    ON payment.fiscal_year = later.fiscal_year AND payment.id = later.payment_id AND later.sequence = 2
LEFT JOIN payments_recovered AS recovered
    ON payment.fiscal_year = recovered.fiscal_year AND payment.id = recovered.payment_id
LEFT JOIN core_area AS township ON entitlement.township_code = township.code
LEFT JOIN core_area AS village ON entitlement.village_code = village.code
WHERE message.notice_id = %(notice)s
GROUP BY entitlement.township_code, entitlement.village_code, township.name, village.name
ORDER BY entitlement.township_code, entitlement.village_code
