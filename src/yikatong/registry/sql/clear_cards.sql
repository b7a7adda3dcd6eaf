-- Leaves nothing staged.
DELETE FROM registry_incomingcard
WHERE load_key = %(load_key)s
