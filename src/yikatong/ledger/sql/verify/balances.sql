-- 每个账户的进出等于转账之和
SELECT
    'account:' || account.id || ' ' || account.kind || ' ' || account.case_no AS subject,
    'in ' || coalesce(moved.in_fen, 0) || ', out ' || coalesce(moved.out_fen, 0) AS expected,
    'in ' || coalesce(balance.in_fen, 0) || ', out ' || coalesce(balance.out_fen, 0) AS found
FROM ledger_account AS account
LEFT JOIN ledger_balance AS balance ON account.id = balance.account_id
LEFT JOIN (
    SELECT
        side.account_id,
        sum(side.in_fen) AS in_fen,
        sum(side.out_fen) AS out_fen
    FROM (
        SELECT
            destination_id AS account_id,
            amount_fen AS in_fen,
            0 AS out_fen
        FROM ledger_transfer
        UNION ALL
        SELECT
            source_id AS account_id,
            0 AS in_fen,
            amount_fen AS out_fen
        FROM ledger_transfer
    ) AS side
    GROUP BY side.account_id
) AS moved ON account.id = moved.account_id
WHERE
    coalesce(moved.in_fen, 0) IS DISTINCT FROM balance.in_fen
    OR coalesce(moved.out_fen, 0) IS DISTINCT FROM balance.out_fen
