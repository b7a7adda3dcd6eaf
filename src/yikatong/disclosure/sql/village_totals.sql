-- What was really paid, by township and village, as it was recorded; the few that came back or were recovered
-- afterwards are taken off, or stand beside it.
WITH subject AS (
    SELECT
        notice.id,
        notice.request_id,
        request.batch_id
    FROM disclosure_paidnotice AS notice
    INNER JOIN payments_paymentrequest AS request ON notice.request_id = request.id
    WHERE notice.id = %(notice)s
),

gone AS (
    SELECT
        outcome.payment_id,
        outcome.amount_fen AS returned_fen,
        0 AS recovered_fen
    FROM subject
    INNER JOIN payments_appliedreport AS applied
        ON subject.request_id = applied.request_id AND applied.returned_count > 0
    INNER JOIN payments_paymentoutcome AS outcome
        ON
            applied.id = outcome.applied_report_id AND outcome.result = 'returned'
            AND outcome.fiscal_year = %(year)s
    UNION ALL
    SELECT
        recovered.payment_id,
        0 AS returned_fen,
        recovered.recovered_fen
    FROM subject
    INNER JOIN payments_recovered AS recovered
        ON subject.batch_id = recovered.batch_id AND recovered.fiscal_year = %(year)s
),

since AS (
    SELECT
        due.township_code,
        due.village_code,
        count(*) FILTER (WHERE gone.returned_fen > 0) AS returned_count,
        sum(gone.returned_fen) AS returned_fen,
        sum(gone.recovered_fen) AS recovered_fen
    FROM gone
    INNER JOIN disclosure_smsmessage AS message
        ON gone.payment_id = message.payment_id AND message.fiscal_year = %(year)s AND message.notice_id = %(notice)s
    INNER JOIN payments_payment AS payment ON gone.payment_id = payment.id AND payment.fiscal_year = %(year)s
    INNER JOIN batches_entitlement AS due ON payment.entitlement_id = due.id AND due.fiscal_year = %(year)s
    GROUP BY due.township_code, due.village_code
)

SELECT
    kept.township_code,
    kept.village_code,
    coalesce(township.name, kept.township_code) AS township_name,
    coalesce(village.name, kept.village_code) AS village_name,
    kept.count - coalesce(since.returned_count, 0) AS count,
    (kept.total_fen - coalesce(since.returned_fen, 0))::bigint AS total_fen,
    coalesce(since.returned_count, 0) AS returned_count,
    coalesce(since.recovered_fen, 0)::bigint AS recovered_fen
FROM disclosure_paidvillage AS kept
LEFT JOIN since ON kept.township_code = since.township_code AND kept.village_code = since.village_code
LEFT JOIN core_area AS township ON kept.township_code = township.code
LEFT JOIN core_area AS village ON kept.village_code = village.code
WHERE kept.notice_id = %(notice)s
ORDER BY kept.township_code, kept.village_code
