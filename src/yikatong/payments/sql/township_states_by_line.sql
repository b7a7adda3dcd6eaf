-- One request by township and state of its payments, from the payments one by one.
SELECT
    entitlement.township_code,
    coalesce(township.name, entitlement.township_code) AS township_name,
    state.state,
    count(*) AS count,
    sum(state.amount_fen)::bigint AS total_fen
FROM payments_paymentstate AS state
INNER JOIN batches_entitlement AS entitlement
    ON state.fiscal_year = entitlement.fiscal_year AND state.entitlement_id = entitlement.id
LEFT JOIN core_area AS township ON entitlement.township_code = township.code
WHERE state.request_id = %(request)s AND state.fiscal_year = %(fiscal_year)s
GROUP BY entitlement.township_code, township.name, state.state
ORDER BY entitlement.township_code, state.state
