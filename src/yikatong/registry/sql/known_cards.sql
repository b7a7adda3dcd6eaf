-- Which rows of a file speak of known cards, and what is known of them. Looked up row by row in the index: that costs
-- the same however many cards there are.
SELECT
    incoming.row_no,
    known.id AS card_id,
    known.holder_id_index AS known_holder,
    known.bank_id AS known_bank,
    known.person_id IS NULL AS is_waiting,
    said.status AS known_status,
    said.holder_name AS known_name
FROM registry_incomingkey AS incoming
INNER JOIN LATERAL (
    SELECT
        card.id,
        card.holder_id_index,
        card.bank_id,
        card.person_id
    FROM registry_card AS card
    WHERE card.number_index = incoming.key
    LIMIT 1 -- noqa: AM09
) AS known ON TRUE
LEFT JOIN LATERAL (
    SELECT
        newest.status,
        newest.holder_name
    FROM registry_cardstatus AS newest
    WHERE newest.card_id = known.id
    ORDER BY newest.id DESC
    LIMIT 1
) AS said ON TRUE
WHERE incoming.load_key = %(load_key)s
ORDER BY incoming.row_no
