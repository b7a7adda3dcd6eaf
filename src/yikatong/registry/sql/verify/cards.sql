-- 每张社保卡都在发卡对象本人名下，并且至少报过一次状态
SELECT
    'card:' || card.id AS subject,
    '本人、有状态' AS expected,
    concat_ws(
        '、', CASE WHEN person.id_index IS DISTINCT FROM card.holder_id_index THEN '别人名下' END,
        CASE WHEN known.card_id IS NULL THEN '没有状态' END
    ) AS found
FROM registry_card AS card
LEFT JOIN registry_person AS person ON card.person_id = person.id
LEFT JOIN registry_cardstate AS known ON card.id = known.card_id
WHERE
    (card.person_id IS NOT NULL AND person.id_index IS DISTINCT FROM card.holder_id_index)
    OR known.card_id IS NULL
