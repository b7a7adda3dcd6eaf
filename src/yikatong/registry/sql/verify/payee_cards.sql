-- 每个人的发放卡都是按规则该用的那张：本人指定且正常的，否则最新一张正常的
-- Whole tables, joined by hashing.
WITH payable AS (
    SELECT
        card.person_id,
        card.id,
        card.issued_on,
        coalesce(designated.card_id = card.id, FALSE) AS is_designated
    FROM registry_cardstate AS known
    INNER JOIN registry_card AS card ON known.card_id = card.id
    LEFT JOIN (
        SELECT DISTINCT ON (choice.person_id)
            choice.person_id,
            choice.card_id
        FROM registry_carddesignation AS choice
        ORDER BY choice.person_id ASC, choice.id DESC
    ) AS designated ON card.person_id = designated.person_id
    WHERE known.status = 'active' AND card.person_id IS NOT NULL
),

due AS (
    SELECT DISTINCT ON (payable.person_id)
        payable.person_id,
        payable.id AS card_id,
        payable.is_designated
    FROM payable
    ORDER BY
        payable.person_id ASC,
        payable.is_designated DESC,
        payable.issued_on DESC NULLS LAST,
        payable.id DESC
)

SELECT
    'person:' || coalesce(due.person_id, payee.person_id) AS subject,
    coalesce('card:' || due.card_id, '没有发放卡') AS expected,
    coalesce('card:' || payee.card_id, '没有发放卡') AS found
FROM due
FULL JOIN registry_payeecard AS payee ON due.person_id = payee.person_id
WHERE row(due.card_id, due.is_designated) IS DISTINCT FROM row(payee.card_id, payee.is_designated)
