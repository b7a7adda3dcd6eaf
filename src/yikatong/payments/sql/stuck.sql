-- Failed and returned payments with their people and cards, newest failure last. For one batch, or all when NULL.
SELECT
    stuck.outcome_id,
    stuck.batch_id,
    stuck.case_no,
    stuck.request_id,
    person.name,
    coalesce(village.name, '') AS village_name,
    person.group_no,
    old_card.tail AS card_tail,
    coalesce(new_card.tail, '') AS card_now_tail,
    stuck.amount_fen,
    stuck.result,
    stuck.reason_code,
    stuck.action,
    stuck.reason_words,
    stuck.booked_on,
    stuck.hold,
    stuck.obstacle,
    stuck.usable_on,
    coalesce(reissue.no, '') AS reissue_no,
    coalesce(refund.no, '') AS refund_no
FROM payments_stuckpayment AS stuck
INNER JOIN registry_person AS person ON stuck.payee_id = person.id
INNER JOIN registry_card AS old_card ON stuck.card_id = old_card.id
LEFT JOIN registry_card AS new_card ON stuck.card_now_id = new_card.id
LEFT JOIN core_area AS village ON person.village_code = village.code
LEFT JOIN payments_paymentrequest AS reissue ON stuck.reissue_id = reissue.id
LEFT JOIN payments_refund AS refund ON stuck.refund_id = refund.id
LEFT JOIN ledger_transfer AS moved
    ON
        moved.key = 'reissue:' || stuck.reissue_id
        OR moved.key = 'refund:' || stuck.refund_id
WHERE
    stuck.batch_id = any(%(batches)s)
    AND moved.id IS NULL
ORDER BY stuck.booked_on, stuck.outcome_id
