-- How many of the staged cards have a holder whom nobody knows yet.
SELECT count(*) AS unknown_count
FROM registry_incomingcard AS incoming
INNER JOIN registry_card AS card ON incoming.number_index = card.number_index
WHERE incoming.load_key = %(load_key)s AND card.person_id IS NULL
