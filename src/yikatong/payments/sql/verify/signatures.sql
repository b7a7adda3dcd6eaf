-- 送出的每一笔钱都有三个不同的人对同一指纹签字，认作已发放的和退回国库的有两个人签字
SELECT
    transfer.key AS subject,
    'ground for ' || transfer.amount_fen AS expected,
    coalesce(ground.amount_fen::text, 'none') AS found
FROM ledger_transfer AS transfer
CROSS JOIN
    LATERAL (
        SELECT (CASE transfer.kind
            WHEN 'send' THEN payments_send_ground(transfer.ground_id)
            WHEN 'reissue' THEN payments_reissue_ground(transfer.ground_id)
            ELSE payments_refund_ground(transfer.ground_id)
        END).amount_fen AS amount_fen
    ) AS ground
WHERE
    transfer.kind IN ('send', 'reissue', 'refund')
    AND ground.amount_fen IS DISTINCT FROM transfer.amount_fen
