-- 每笔转账与审计链里当时记下的一样，一笔不多一笔不少，方向合规
SELECT
    coalesce(transfer.key, event.detail ->> 'key') AS subject,
    convert_from(event.body, 'UTF8') AS expected,
    to_jsonb(transfer) ->> 'amount_fen' AS found
FROM ledger_transfer AS transfer
FULL JOIN (
    SELECT * FROM core_auditevent
    WHERE starts_with(name, 'ledger.')
) AS event
    ON transfer.event_id = event.id
LEFT JOIN ledger_transferrule AS rule ON transfer.kind = rule.kind
LEFT JOIN ledger_account AS source ON transfer.source_id = source.id
LEFT JOIN ledger_account AS destination ON transfer.destination_id = destination.id
WHERE
    transfer.id IS NULL
    OR event.id IS NULL
    OR transfer.key IS DISTINCT FROM (transfer.kind || ':' || transfer.ground_id)
    OR event.name IS DISTINCT FROM ('ledger.' || transfer.kind)
    OR transfer.business_at IS DISTINCT FROM event.business_at
    OR source.kind IS DISTINCT FROM rule.source_kind
    OR destination.kind IS DISTINCT FROM rule.destination_kind
    OR convert_from(event.body, 'UTF8')::jsonb -> 'detail' IS DISTINCT FROM jsonb_build_object(
        'key', transfer.key,
        'source', transfer.source_id,
        'destination', transfer.destination_id,
        'amount_fen', transfer.amount_fen
    )
