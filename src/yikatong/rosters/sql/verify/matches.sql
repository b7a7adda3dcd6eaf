-- 定稿的每一行都是花名册上的那一行，发到收款人自己的社保卡，身份与人员库一致
-- Whole tables, joined by hashing.
SELECT
    'roster:' || roster.no || ' ' || line.row_key AS subject,
    'claim and person of the line, card of the payee' AS expected,
    coalesce('card of person ' || card.person_id, 'no card') AS found
FROM rosters_roster AS roster
INNER JOIN rosters_effectiveline AS line ON roster.id = line.roster_id
LEFT JOIN rosters_rosterline AS stored ON line.line_id = stored.id
LEFT JOIN registry_person AS person ON line.beneficiary_id = person.id
LEFT JOIN registry_card AS card ON line.card_id = card.id
WHERE
    roster.state = 'completed'
    AND (
        person.id_index IS DISTINCT FROM stored.id_index
        OR card.person_id IS DISTINCT FROM line.payee_id
        OR stored.standing IS DISTINCT FROM 'ok'
        OR (line.row_key, line.name, line.group_no, line.quantity, line.rate_fen, line.amount_fen, line.occasion)
        IS DISTINCT FROM (
            stored.row_key, stored.name, stored.group_no, stored.quantity_micro, stored.rate_fen, stored.amount_fen,
            stored.occasion
        )
    )
