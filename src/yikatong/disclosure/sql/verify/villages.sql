-- 实际发放情况的分村合计等于它的明细
-- Whole tables, joined by hashing.
WITH lines AS (
    SELECT
        message.notice_id,
        due.township_code,
        due.village_code,
        count(*) AS count,
        sum(payment.amount_fen) AS total_fen,
        min(due.id) AS first_entitlement_id,
        max(due.id) AS last_entitlement_id
    FROM disclosure_smsmessage AS message
    INNER JOIN payments_payment AS payment
        ON message.fiscal_year = payment.fiscal_year AND message.payment_id = payment.id
    INNER JOIN batches_entitlement AS due
        ON payment.fiscal_year = due.fiscal_year AND payment.entitlement_id = due.id
    GROUP BY message.notice_id, due.township_code, due.village_code
)

SELECT
    'paid_notice:' || coalesce(lines.notice_id, kept.notice_id) || ' village:'
    || coalesce(lines.village_code, kept.village_code) AS subject,
    concat_ws('/', lines.count, lines.total_fen, lines.first_entitlement_id, lines.last_entitlement_id) AS expected,
    concat_ws('/', kept.count, kept.total_fen, kept.first_entitlement_id, kept.last_entitlement_id) AS found
FROM lines
FULL JOIN disclosure_paidvillage AS kept
    ON
        lines.notice_id = kept.notice_id AND lines.township_code = kept.township_code
        AND lines.village_code = kept.village_code
WHERE
    (lines.count, lines.total_fen, lines.first_entitlement_id, lines.last_entitlement_id)
    IS DISTINCT FROM (kept.count, kept.total_fen, kept.first_entitlement_id, kept.last_entitlement_id)
