-- Failed and returned payments of some batches of one year with their people and cards, newest failure last, a page:
-- who and what stands in the way is looked up for the page alone.
WITH page AS MATERIALIZED (
    SELECT
        one.outcome_id,
        one.booked_on
    FROM payments_lying AS one
    WHERE
        one.batch_id = any(%(batches)s) AND one.fiscal_year = %(year)s
        AND (%(outcomes)s::bigint[] IS NULL OR one.outcome_id = any(%(outcomes)s))
    ORDER BY one.booked_on, one.outcome_id
    LIMIT %(rows_max)s OFFSET %(rows_before)s
)

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
FROM page
-- Each by its key, whatever the planner believes of outcomes that were written a moment ago (hence OFFSET).
CROSS JOIN
    LATERAL (
        SELECT * FROM payments_stuckpayment AS one
        WHERE one.fiscal_year = %(year)s AND one.outcome_id = page.outcome_id
        ORDER BY one.outcome_id OFFSET 0
    ) AS stuck
INNER JOIN registry_person AS person ON stuck.payee_id = person.id
INNER JOIN registry_card AS old_card ON stuck.card_id = old_card.id
LEFT JOIN registry_card AS new_card ON stuck.card_now_id = new_card.id
LEFT JOIN core_area AS village ON person.village_code = village.code
LEFT JOIN payments_paymentrequest AS reissue ON stuck.reissue_id = reissue.id
LEFT JOIN payments_refund AS refund ON stuck.refund_id = refund.id
ORDER BY stuck.booked_on, stuck.outcome_id
