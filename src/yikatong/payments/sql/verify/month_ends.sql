-- 每份月末表的笔数、金额、指纹与明细一致，等于资金账当时的待处理余额；签了字的有两个人先后办理
SELECT
    'month_end:' || subject.area_code || ' ' || subject.year || '-' || subject.month AS subject,
    concat_ws(
        ' ', lines.count, lines.total_fen, payments_month_end_digest(subject.id),
        payments_suspense_fen(subject.area_code, payments_month_over(subject.year, subject.month))
    ) AS expected,
    concat_ws(' ', subject.count, subject.total_fen, subject.digest, subject.ledger_fen) AS found
FROM payments_monthend AS subject
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS count,
            coalesce(sum(line.amount_fen), 0)::bigint AS total_fen
        FROM payments_monthendline AS line
        WHERE line.month_end_id = subject.id
    ) AS lines
WHERE
    (lines.count, lines.total_fen) IS DISTINCT FROM (subject.count, subject.total_fen)
    OR payments_month_end_digest(subject.id) IS DISTINCT FROM subject.digest
    OR (
        subject.state <> 'sent_back'
        AND payments_suspense_fen(subject.area_code, payments_month_over(subject.year, subject.month))
        <> subject.ledger_fen
    )
    OR (subject.state = 'signed' AND (
        SELECT count(DISTINCT decision.official_id) FROM core_decision AS decision
        WHERE
            decision.flow = 'month_end' AND decision.subject_id = subject.id AND decision.digest = subject.digest
            AND decision.verb IN ('prepare', 'sign')
    ) <> 2)
