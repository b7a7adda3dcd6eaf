-- One status row for every staged card: only those are staged of which something new is said.
INSERT INTO registry_cardstatus (card_id, status, holder_name, as_of, load_id)
SELECT
    incoming.id,
    incoming.status,
    incoming.holder_name,
    %(as_of)s,
    %(load_id)s
FROM registry_incomingcard AS incoming
WHERE incoming.load_key = %(load_key)s
