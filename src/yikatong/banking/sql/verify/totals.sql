-- 对账用的合计与回盘、对账单一致
SELECT
    'applied_report:' || applied.id AS subject,
    concat_ws(' ', applied.credited_count, applied.credited_fen, applied.failed_fen, applied.returned_fen) AS expected,
    concat_ws(' ', counted.credited_count, counted.credited_fen, counted.failed_fen, counted.returned_fen) AS found
FROM (
    SELECT
        total.applied_report_id,
        coalesce(sum(total.count) FILTER (WHERE total.result = 'credited'), 0)::bigint AS credited_count,
        coalesce(sum(total.total_fen) FILTER (WHERE total.result = 'credited'), 0)::bigint AS credited_fen,
        coalesce(sum(total.count) FILTER (WHERE total.result = 'failed'), 0)::bigint AS failed_count,
        coalesce(sum(total.total_fen) FILTER (WHERE total.result = 'failed'), 0)::bigint AS failed_fen,
        coalesce(sum(total.count) FILTER (WHERE total.result = 'returned'), 0)::bigint AS returned_count,
        coalesce(sum(total.total_fen) FILTER (WHERE total.result = 'returned'), 0)::bigint AS returned_fen
    FROM banking_reportedtotal AS total
    GROUP BY total.applied_report_id
) AS counted
INNER JOIN payments_appliedreport AS applied ON counted.applied_report_id = applied.id
WHERE
    (
        applied.credited_count, applied.credited_fen, applied.failed_count, applied.failed_fen,
        applied.returned_count, applied.returned_fen
    ) IS DISTINCT FROM (
        counted.credited_count, counted.credited_fen, counted.failed_count, counted.failed_fen,
        counted.returned_count, counted.returned_fen
    )
UNION ALL
SELECT
    'bank_statement:' || statement.id AS subject,
    concat_ws(' ', statement.debit_count, statement.debit_fen, statement.credit_count, statement.credit_fen)
        AS expected,
    concat_ws(' ', counted.debit_count, counted.debit_fen, counted.credit_count, counted.credit_fen) AS found
FROM (
    SELECT
        total.statement_id,
        coalesce(sum(total.count) FILTER (WHERE total.kind IN ('payment', 'other_debit')), 0)::bigint AS debit_count,
        coalesce(sum(total.total_fen) FILTER (WHERE total.kind IN ('payment', 'other_debit')), 0)::bigint AS debit_fen,
        coalesce(sum(total.count) FILTER (WHERE total.kind IN ('return', 'other_credit')), 0)::bigint AS credit_count,
        coalesce(sum(total.total_fen) FILTER (WHERE total.kind IN ('return', 'other_credit')), 0)::bigint AS credit_fen
    FROM banking_bookedtotal AS total
    GROUP BY total.statement_id
) AS counted
INNER JOIN banking_bankstatement AS statement ON counted.statement_id = statement.id
WHERE (statement.debit_count, statement.debit_fen, statement.credit_count, statement.credit_fen)
    IS DISTINCT FROM (counted.debit_count, counted.debit_fen, counted.credit_count, counted.credit_fen)
