-- What is known of one person's cards.
SELECT
    known.card_id,
    known.status,
    known.holder_name,
    known.as_of
FROM registry_cardstate AS known
INNER JOIN registry_card AS card ON known.card_id = card.id
WHERE card.person_id = %(person_id)s
