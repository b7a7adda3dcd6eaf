-- 补发台账: who was refunded as uncorrectable, whether they can be paid after all now, and by which batch they are.
SELECT
    owed.fiscal_year,
    owed.outcome_id,
    owed.cycle_id,
    cycle.no AS cycle_no,
    program.name AS program_name,
    cycle.label AS cycle_label,
    owed.refund_no,
    owed.voucher_no,
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    old_card.tail AS card_tail,
    coalesce(new_card.tail, '') AS card_now_tail,
    owed.amount_fen,
    owed.reason_words,
    owed.booked_on,
    owed.obstacle,
    owed.usable_on,
    coalesce(batch.no, '') AS batch_no,
    coalesce(late.state, '') AS late_state
FROM payments_owedline AS owed
INNER JOIN catalog_cycle AS cycle ON owed.cycle_id = cycle.id
INNER JOIN catalog_program AS program ON owed.program_id = program.id
INNER JOIN registry_person AS person ON owed.payee_id = person.id
INNER JOIN registry_card AS old_card ON owed.card_id = old_card.id
LEFT JOIN registry_card AS new_card ON owed.card_now_id = new_card.id
LEFT JOIN core_area AS village ON person.village_code = village.code
LEFT JOIN batches_paymentbatch AS batch ON owed.batch_id = batch.id
LEFT JOIN payments_lateline AS line
    ON
        owed.batch_id = line.batch_id AND owed.fiscal_year = line.fiscal_year AND owed.outcome_id = line.outcome_id
LEFT JOIN payments_paymentstate AS late
    ON line.late_year = late.fiscal_year AND line.entitlement_id = late.entitlement_id AND late.attempt = 1
WHERE owed.refund_id = any(%(refunds)s)
ORDER BY owed.fiscal_year, cycle.no, owed.outcome_id
