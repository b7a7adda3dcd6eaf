-- Takes over staged cards that are new; a holder whom nobody knows yet leaves the person empty.
INSERT INTO registry_card (
    id, number_sealed, number_index, prefix, tail, bank_id, person_id, holder_name, holder_id_sealed, holder_id_index,
    issued_on
)
SELECT
    incoming.id,
    incoming.number_sealed,
    incoming.number_index,
    incoming.prefix,
    incoming.tail,
    incoming.bank_id,
    (
        SELECT person.id FROM registry_person AS person
        WHERE person.id_index = incoming.holder_id_index
    ) AS person_id,
    incoming.holder_name,
    incoming.holder_id_sealed,
    incoming.holder_id_index,
    incoming.issued_on
FROM registry_incomingcard AS incoming
WHERE incoming.load_key = %(load_key)s AND incoming.is_new
