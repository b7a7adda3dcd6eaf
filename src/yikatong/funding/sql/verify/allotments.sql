-- 每笔已确认的指标有两个人的签字、内容没有变过，并且正好入账一次
SELECT
    'allotment:' || allotment.id || ' ' || allotment.document_no AS subject,
    allotment.amount_fen || ' / ' || allotment.digest AS expected,
    coalesce(moved.amount_fen::text, 'not posted') || ' / ' || funding_allotment_digest(allotment) AS found
FROM funding_allotment AS allotment
LEFT JOIN ledger_transfer AS moved ON moved.key = 'allot:' || allotment.id
WHERE
    funding_allotment_digest(allotment) IS DISTINCT FROM allotment.digest
    OR (
        allotment.state = 'confirmed' AND (
            moved.amount_fen IS DISTINCT FROM allotment.amount_fen
            OR NOT funding_decided('allotment', allotment.id, allotment.digest, ARRAY['record', 'confirm'])
        )
    )
    OR (allotment.state <> 'confirmed' AND moved.id IS NOT NULL)
