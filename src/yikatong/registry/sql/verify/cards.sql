-- 每张社保卡都在发卡对象本人名下，并且至少报过一次状态
-- Whole tables, joined by hashing.
-- Cards whose person is theirs and of which something was said are the rule; each half is one hash join.
SELECT
    'card:' || card.id AS subject,
    '本人' AS expected,
    '别人名下' AS found
FROM registry_card AS card
LEFT JOIN registry_person AS person ON card.person_id = person.id AND card.holder_id_index = person.id_index
WHERE card.person_id IS NOT NULL AND person.id IS NULL
UNION ALL
SELECT
    'card:' || coalesce(card.id, said.card_id) AS subject,
    '卡和状态都有' AS expected,
    CASE WHEN card.id IS NULL THEN '没有这张卡' ELSE '没有状态' END AS found
FROM registry_card AS card
FULL JOIN (SELECT DISTINCT card_id FROM registry_cardstatus) AS said ON card.id = said.card_id
WHERE card.id IS NULL OR said.card_id IS NULL
UNION ALL
SELECT
    'card:' || card.id AS subject,
    '银行已登记' AS expected,
    '没有这家银行' AS found
FROM registry_card AS card
WHERE card.bank_id NOT IN (SELECT bank.id FROM registry_bank AS bank)
