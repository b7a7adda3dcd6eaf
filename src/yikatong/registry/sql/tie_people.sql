-- Ties wards to their guardians and holders to their custodians by ID number, now that everybody is in.
UPDATE registry_person AS person SET
    guardian_id = guardian.id,
    guardian_relation = incoming.guardian_relation,
    custodian_id = custodian.id,
    custodian_relation = incoming.custodian_relation
FROM registry_incomingperson AS incoming
LEFT JOIN registry_person AS guardian ON guardian.id_index = incoming.guardian_index
LEFT JOIN registry_person AS custodian ON custodian.id_index = incoming.custodian_index
WHERE
    incoming.load_key = %(load_key)s AND person.id = incoming.id
    AND ROW(person.guardian_id, person.guardian_relation, person.custodian_id, person.custodian_relation)
    IS DISTINCT FROM ROW(guardian.id, incoming.guardian_relation, custodian.id, incoming.custodian_relation)
