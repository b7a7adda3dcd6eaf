-- 对账单写着别的卡的入账，每一笔都在对账差异里，一笔不多，一笔不少
SELECT
    'bank_statement:' || coalesce(strange.statement_id, named.statement_id) AS subject,
    coalesce(named.figures, '没有差异') AS expected,
    coalesce(strange.figures, '明细不见了') AS found
FROM (
    SELECT
        line.statement_id,
        line.request_id,
        count(*) || ' 笔 ' || sum(line.amount_fen) || ' 分' AS figures
    FROM banking_othercardline AS line
    -- A statement that was not compared yet has no differences yet.
    INNER JOIN banking_comparison AS compared ON line.statement_id = compared.statement_id
    LEFT JOIN banking_statementline AS booked
        ON
            line.statement_id = booked.statement_id AND line.line_no = booked.line_no
            AND line.end_to_end_id = booked.end_to_end_id AND line.amount_fen = booked.amount_fen
    GROUP BY line.statement_id, line.request_id
    HAVING count(*) = count(booked.id)
) AS strange
FULL JOIN (
    SELECT
        one.statement_id,
        one.request_id,
        one.count || ' 笔 ' || one.found_fen || ' 分' AS figures
    FROM banking_break AS one
    WHERE one.kind = 'other_card'
) AS named ON strange.statement_id = named.statement_id AND strange.request_id = named.request_id
WHERE strange.figures IS DISTINCT FROM named.figures
