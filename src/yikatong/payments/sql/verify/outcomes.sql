-- 每份银行回盘登记的笔数、金额与结果明细、审计记录、资金账一致
SELECT
    'report:' || applied.id AS subject,
    concat_ws(
        ' ', lines.credited_count, lines.credited_fen, lines.failed_count, lines.failed_fen,
        lines.returned_count, lines.returned_fen, problems.count
    ) AS expected,
    concat_ws(
        ' ', applied.credited_count, applied.credited_fen, applied.failed_count, applied.failed_fen,
        applied.returned_count, applied.returned_fen, applied.exception_count
    ) AS found
FROM payments_appliedreport AS applied
CROSS JOIN
    LATERAL (
        SELECT
            count(*) FILTER (WHERE outcome.result = 'credited') AS credited_count,
            coalesce(sum(outcome.amount_fen) FILTER (WHERE outcome.result = 'credited'), 0)::bigint AS credited_fen,
            count(*) FILTER (WHERE outcome.result = 'failed') AS failed_count,
            coalesce(sum(outcome.amount_fen) FILTER (WHERE outcome.result = 'failed'), 0)::bigint AS failed_fen,
            count(*) FILTER (WHERE outcome.result = 'returned') AS returned_count,
            coalesce(sum(outcome.amount_fen) FILTER (WHERE outcome.result = 'returned'), 0)::bigint AS returned_fen
        FROM payments_paymentoutcome AS outcome
        WHERE outcome.applied_report_id = applied.id AND outcome.request_id = applied.request_id
    ) AS lines
CROSS JOIN
    LATERAL (
        SELECT count(*) AS count FROM payments_paymentexception AS problem
        WHERE problem.applied_report_id = applied.id
    ) AS problems
LEFT JOIN core_auditevent AS event
    ON
        event.name = 'payment_request.outcomes_recorded'
        AND event.subject = 'payment_request:' || applied.request_id
        AND (event.detail ->> 'id')::bigint = applied.id
LEFT JOIN ledger_transfer AS credit ON credit.key = 'credit:' || applied.id
LEFT JOIN ledger_transfer AS fail ON fail.key = 'fail:' || applied.id
LEFT JOIN ledger_transfer AS back ON back.key = 'return:' || applied.id
WHERE
    (lines.credited_count, lines.credited_fen, lines.failed_count, lines.failed_fen, lines.returned_count)
    IS DISTINCT FROM
    (
        applied.credited_count, applied.credited_fen, applied.failed_count, applied.failed_fen,
        applied.returned_count
    )
    OR lines.returned_fen <> applied.returned_fen
    OR problems.count <> applied.exception_count
    OR applied.line_count <> applied.same_count + applied.exception_count + applied.credited_count
    + applied.failed_count + applied.returned_count
    OR event.business_at IS DISTINCT FROM applied.applied_at
    OR event.detail IS DISTINCT FROM payments_applied_detail(applied)
    OR coalesce(credit.amount_fen, 0) <> applied.credited_fen
    OR coalesce(fail.amount_fen, 0) <> applied.failed_fen
    OR coalesce(back.amount_fen, 0) <> applied.returned_fen
