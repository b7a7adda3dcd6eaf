-- 银行对账单的每一行与收到时一样，余额、合计与逐行相符
SELECT
    coalesce('bank_statement:' || statement.id, event.subject) AS subject,
    coalesce(convert_from(event.body, 'UTF8')::jsonb #>> '{detail,digest}', '审计链里没有') AS expected,
    coalesce(banking_statement_digest(statement.id), '对账单不见了') AS found
FROM banking_bankstatement AS statement
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE name = 'bank_statement.recorded'
) AS event
    ON event.subject = 'bank_statement:' || statement.id
LEFT JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE line.side = 'debit') AS debit_count,
        coalesce(sum(line.amount_fen) FILTER (WHERE line.side = 'debit'), 0)::bigint AS debit_fen,
        count(*) FILTER (WHERE line.side = 'credit') AS credit_count,
        coalesce(sum(line.amount_fen) FILTER (WHERE line.side = 'credit'), 0)::bigint AS credit_fen
    FROM banking_statementline AS line
    WHERE line.statement_id = statement.id
) AS sums ON TRUE
WHERE
    statement.id IS NULL
    OR event.id IS NULL
    OR NOT banking_statement_holds(statement)
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM to_jsonb(statement) - 'recorded_at'
    OR (sums.debit_count, sums.debit_fen, sums.credit_count, sums.credit_fen) IS DISTINCT FROM
    (statement.debit_count, statement.debit_fen, statement.credit_count, statement.credit_fen)
UNION ALL
SELECT
    'bank_statement:' || line.statement_id AS subject,
    '对账单' AS expected,
    '只有明细，没有对账单' AS found
FROM banking_statementline AS line
WHERE line.statement_id NOT IN (SELECT head.id FROM banking_bankstatement AS head)
