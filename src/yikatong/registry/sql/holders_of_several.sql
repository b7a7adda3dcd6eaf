-- People who hold more than one active card (C18, C20).
SELECT count(*) AS person_count
FROM (
    SELECT card.person_id
    FROM registry_card AS card
    INNER JOIN registry_cardstate AS known ON card.id = known.card_id AND known.status = 'active'
    WHERE card.person_id IS NOT NULL
    GROUP BY card.person_id
    HAVING count(*) > 1
) AS several
