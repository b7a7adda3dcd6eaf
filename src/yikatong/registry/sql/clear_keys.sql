-- Leaves no keys staged.
DELETE FROM registry_incomingkey
WHERE load_key = %(load_key)s
