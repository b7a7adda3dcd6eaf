-- The card one person is paid on now.
SELECT
    payee.card_id,
    payee.is_designated
FROM registry_payeecard AS payee
WHERE payee.person_id = %(person_id)s
