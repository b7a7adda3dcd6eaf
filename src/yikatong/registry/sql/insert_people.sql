-- Takes over staged people who are new; guardians and custodians are tied when all are in.
INSERT INTO registry_person (
    id, no, name, name_key, id_number_sealed, id_index, id_masked, sex, birth_date, household_id, relation,
    village_code, group_no, mobile_sealed, mobile_index, mobile_masked, flags, guardian_relation, custodian_relation
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
    household.id AS household_id,
    incoming.relation,
    incoming.village_code,
    incoming.group_no,
    incoming.mobile_sealed,
    incoming.mobile_index,
    incoming.mobile_masked,
    incoming.flags,
    incoming.guardian_relation,
    incoming.custodian_relation
FROM registry_incomingperson AS incoming
LEFT JOIN registry_household AS household ON incoming.household_no = household.no
WHERE incoming.load_key = %(load_key)s AND incoming.is_new
