-- How many of the staged new cards have a holder whom nobody knows yet.
SELECT count(*) AS unknown_count
FROM registry_incomingcard AS incoming
INNER JOIN registry_card AS card ON incoming.id = card.id
WHERE incoming.load_key = %(load_key)s AND incoming.is_new AND card.person_id IS NULL
