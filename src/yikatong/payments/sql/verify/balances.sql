-- 每一批：按状态加起来的发放明细等于资金账上的余额
-- Whole tables, joined by hashing.
SELECT
    batch.case_no || ' ' || places.kind AS subject,
    coalesce(lines.total_fen, 0)::text AS expected,
    coalesce(book.total_fen, 0)::text AS found
FROM batches_paymentbatch AS batch
CROSS JOIN (VALUES ('drawn'), ('in_transit'), ('credited'), ('suspense'), ('treasury')) AS places (kind)
LEFT JOIN (
    SELECT
        part.batch_id,
        part.kind,
        sum(part.total_fen) AS total_fen
    FROM (
        SELECT
            request.batch_id,
            CASE state.state
                WHEN 'in_transit' THEN 'in_transit'
                WHEN 'credited' THEN 'credited'
                WHEN 'failed' THEN 'suspense'
                WHEN 'returned' THEN 'suspense'
                WHEN 'refunded' THEN 'treasury'
            END AS kind,
            sum(state.amount_fen) AS total_fen
        FROM payments_paymentstate AS state
        INNER JOIN payments_paymentrequest AS request ON state.request_id = request.id
        WHERE state.state IN ('in_transit', 'credited', 'failed', 'returned', 'refunded')
        GROUP BY 1, 2
        UNION ALL
        -- What was recovered left the card; until a refund takes it to the treasury it lies in suspense.
        SELECT
            recovered.batch_id,
            place.kind,
            sum(place.total_fen) AS total_fen
        FROM (
            SELECT
                demand.batch_id,
                receipt.amount_fen,
                exists(
                    SELECT 1 FROM payments_refundline AS line
                    INNER JOIN payments_refund AS refund ON line.refund_id = refund.id AND refund.state = 'approved'
                    WHERE line.receipt_id = receipt.id
                ) AS is_refunded
            FROM payments_recoveryreceipt AS receipt
            INNER JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
            WHERE receipt.state = 'confirmed'
        ) AS recovered
        CROSS JOIN
            LATERAL (
                VALUES
                ('credited', -recovered.amount_fen),
                (CASE WHEN recovered.is_refunded THEN 'treasury' ELSE 'suspense' END, recovered.amount_fen)
            ) AS place (kind, total_fen)
        GROUP BY 1, 2
        UNION ALL
        -- What was drawn and not yet sent, be it requested or not.
        SELECT
            plan.batch_id,
            'drawn' AS kind,
            sum(drawdown.amount_fen) AS total_fen
        FROM funding_drawdown AS drawdown
        INNER JOIN funding_cashplan AS plan ON drawdown.cash_plan_id = plan.id
        WHERE
            drawdown.state = 'made' AND NOT EXISTS (
                SELECT 1 FROM payments_paymentrequest AS request
                INNER JOIN ledger_transfer AS sent ON sent.key = 'send:' || request.id
                WHERE request.batch_id = plan.batch_id
            )
        GROUP BY 1
    ) AS part
    GROUP BY 1, 2
) AS lines ON batch.id = lines.batch_id AND places.kind = lines.kind
LEFT JOIN (
    SELECT
        account.case_no,
        account.kind,
        sum(balance.in_fen - balance.out_fen) AS total_fen
    FROM ledger_account AS account
    INNER JOIN ledger_balance AS balance ON account.id = balance.account_id
    GROUP BY 1, 2
) AS book ON batch.case_no = book.case_no AND places.kind = book.kind
WHERE coalesce(lines.total_fen, 0) <> coalesce(book.total_fen, 0)
