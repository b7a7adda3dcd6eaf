-- Ties known wards to their guardians and known holders to their custodians; new ones come tied.
UPDATE registry_person AS person SET
    guardian_id = incoming.guardian_id,
    guardian_relation = incoming.guardian_relation,
    custodian_id = incoming.custodian_id,
    custodian_relation = incoming.custodian_relation
FROM registry_incomingperson AS incoming
WHERE
    incoming.load_key = %(load_key)s AND NOT incoming.is_new AND person.id = incoming.id
    AND row(person.guardian_id, person.guardian_relation, person.custodian_id, person.custodian_relation)
    IS DISTINCT FROM row(
        incoming.guardian_id, incoming.guardian_relation, incoming.custodian_id, incoming.custodian_relation
    )
