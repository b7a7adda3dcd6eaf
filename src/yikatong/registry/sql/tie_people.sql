-- Ties wards to their guardians and holders to their custodians by ID number, now that everybody is in.
UPDATE registry_person AS person SET
    guardian_id = guardian.id,
    guardian_relation = incoming.guardian_relation,
    custodian_id = custodian.id,
    custodian_relation = incoming.custodian_relation
FROM registry_incomingperson AS incoming
LEFT JOIN registry_person AS guardian ON incoming.guardian_index = guardian.id_index
LEFT JOIN registry_person AS custodian ON incoming.custodian_index = custodian.id_index
WHERE
    incoming.load_key = %(load_key)s AND person.id = incoming.id
    AND row(person.guardian_id, person.guardian_relation, person.custodian_id, person.custodian_relation)
    IS DISTINCT FROM row(guardian.id, incoming.guardian_relation, custodian.id, incoming.custodian_relation)
