-- Leaves nothing staged.
WITH households AS (
    DELETE FROM registry_incominghousehold
    WHERE load_key = %(load_key)s
)

DELETE FROM registry_incomingperson
WHERE load_key = %(load_key)s
