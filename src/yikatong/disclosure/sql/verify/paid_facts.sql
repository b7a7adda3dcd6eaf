-- 登记的实际发放情况与到账明细一致，笔数、金额、日期、指纹都对得上
-- Whole tables, joined by hashing. The digest is that of disclosure_facts, of all notices at once.
WITH block AS (
    SELECT
        notice.id AS notice_id,
        payment.id >> 10 AS no,
        count(*) AS line_count,
        sum(payment.amount_fen) AS line_fen,
        min(outcome.booked_on) AS paid_from,
        max(outcome.booked_on) AS paid_to,
        sha256(convert_to(string_agg(
            disclosure_fact_line(payment.end_to_end_id, payment.amount_fen, outcome.booked_on), E'\n'
            ORDER BY payment.id
        ), 'UTF8')) AS hash
    FROM disclosure_smsmessage AS message
    INNER JOIN disclosure_paidnotice AS notice ON message.notice_id = notice.id
    INNER JOIN payments_payment AS payment
        ON
            message.fiscal_year = payment.fiscal_year AND message.payment_id = payment.id
            AND notice.request_id = payment.request_id
    INNER JOIN payments_paymentoutcome AS outcome
        ON
            payment.fiscal_year = outcome.fiscal_year AND payment.id = outcome.payment_id
            AND outcome.sequence = 1 AND outcome.result = 'credited'
    GROUP BY notice.id, payment.id >> 10
),

facts AS (
    SELECT
        block.notice_id,
        sum(block.line_count)::bigint AS line_count,
        sum(block.line_fen)::bigint AS line_fen,
        min(block.paid_from) AS paid_from,
        max(block.paid_to) AS paid_to,
        encode(sha256(string_agg(block.hash, ''::bytea ORDER BY block.no)), 'hex') AS digest
    FROM block
    GROUP BY block.notice_id
),

messages AS (
    SELECT
        message.notice_id,
        count(*) AS message_count
    FROM disclosure_smsmessage AS message
    GROUP BY message.notice_id
)

SELECT
    'paid_notice:' || notice.id AS subject,
    concat_ws(' ', facts.line_count, facts.line_fen, facts.paid_from, facts.paid_to, facts.digest) AS expected,
    concat_ws(' ', notice.count, notice.total_fen, notice.paid_from, notice.paid_to, notice.digest) AS found
FROM disclosure_paidnotice AS notice
LEFT JOIN facts ON notice.id = facts.notice_id
LEFT JOIN messages ON notice.id = messages.notice_id
WHERE
    (facts.line_count, facts.line_fen, facts.paid_from, facts.paid_to, facts.digest)
    IS DISTINCT FROM (notice.count, notice.total_fen, notice.paid_from, notice.paid_to, notice.digest::text)
    OR notice.due_on <> notice.paid_to + 5
    OR notice.count <> coalesce(messages.message_count, 0)
