-- Takes over staged people who are new. A guardian or custodian may come further down: the keys are checked at the end.
INSERT INTO registry_person (
    id, no, name, name_key, id_number_sealed, id_index, id_masked, sex, birth_date, household_id, relation,
    village_code, group_no, mobile_sealed, mobile_index, mobile_masked, flags, guardian_id, guardian_relation,
    custodian_id, custodian_relation
)
SELECT
    incoming.id,
    incoming.no,
    incoming.name,
    incoming.name_key,
    incoming.id_number_sealed,
    incoming.id_index,
    incoming.id_masked,
    incoming.sex,
    incoming.birth_date,
    (
        SELECT household.id FROM registry_household AS household
        WHERE household.no = incoming.household_no
    ) AS household_id,
    incoming.relation,
    incoming.village_code,
    incoming.group_no,
    incoming.mobile_sealed,
    incoming.mobile_index,
    incoming.mobile_masked,
    array_remove(string_to_array(incoming.flags, '|'), '') AS flags,
    incoming.guardian_id,
    incoming.guardian_relation,
    incoming.custodian_id,
    incoming.custodian_relation
FROM registry_incomingperson AS incoming
WHERE incoming.load_key = %(load_key)s AND incoming.is_new
