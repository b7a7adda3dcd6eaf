-- One status row for every staged card of which something new is said.
INSERT INTO registry_cardstatus (card_id, status, holder_name, as_of, load_id)
SELECT
    card.id,
    incoming.status,
    incoming.holder_name,
    %(as_of)s,
    %(load_id)s
FROM registry_incomingcard AS incoming
INNER JOIN registry_card AS card ON incoming.number_index = card.number_index
LEFT JOIN registry_cardstate AS known ON card.id = known.card_id
WHERE
    incoming.load_key = %(load_key)s
    AND row(known.status, known.holder_name) IS DISTINCT FROM row(incoming.status, incoming.holder_name)
