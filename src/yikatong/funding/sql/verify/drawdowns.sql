-- 每笔拨付等于它的用款计划和转账，钱在批次自己的零余额账户上
SELECT
    'drawdown:' || drawdown.id || ' ' || drawdown.voucher_no AS subject,
    plan.declared_fen::text AS expected,
    drawdown.amount_fen || ' / ' || coalesce(moved.amount_fen::text, 'not posted') AS found
FROM funding_drawdown AS drawdown
INNER JOIN funding_cashplan AS plan ON drawdown.cash_plan_id = plan.id
LEFT JOIN ledger_transfer AS moved ON moved.key = 'draw:' || drawdown.id
LEFT JOIN ledger_account AS place ON moved.destination_id = place.id
WHERE
    (drawdown.digest, drawdown.case_no, drawdown.amount_fen)
    IS DISTINCT FROM (plan.digest, plan.case_no, plan.declared_fen)
    OR (
        drawdown.state = 'made' AND (
            plan.state <> 'approved'
            OR moved.amount_fen IS DISTINCT FROM drawdown.amount_fen
            OR place.kind IS DISTINCT FROM 'drawn'
            OR place.case_no IS DISTINCT FROM plan.case_no
        )
    )
    OR (drawdown.state <> 'made' AND moved.id IS NOT NULL)
