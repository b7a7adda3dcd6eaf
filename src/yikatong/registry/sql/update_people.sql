-- Mends known people whose staged row differs; sealed values are replaced only where their index differs.
UPDATE registry_person AS person SET
    name = incoming.name,
    name_key = incoming.name_key,
    id_number_sealed = coalesce(incoming.id_number_sealed, person.id_number_sealed),
    id_index = coalesce(incoming.id_index, person.id_index),
    id_masked = CASE WHEN incoming.id_index IS NULL THEN person.id_masked ELSE incoming.id_masked END,
    sex = incoming.sex,
    birth_date = incoming.birth_date,
    household_id = household.id,
    relation = incoming.relation,
    village_code = incoming.village_code,
    group_no = incoming.group_no,
    mobile_sealed = CASE
        WHEN person.mobile_index IS DISTINCT FROM incoming.mobile_index THEN incoming.mobile_sealed
        ELSE person.mobile_sealed
    END,
    mobile_index = incoming.mobile_index,
    mobile_masked = incoming.mobile_masked,
    flags = array_remove(string_to_array(incoming.flags, '|'), '')
FROM registry_incomingperson AS incoming
LEFT JOIN registry_household AS household ON incoming.household_no = household.no
WHERE
    incoming.load_key = %(load_key)s AND NOT incoming.is_new AND person.id = incoming.id
    AND row(
        person.name, coalesce(incoming.id_index, person.id_index), person.sex, person.birth_date,
        person.household_id, person.relation, person.village_code, person.group_no, person.mobile_index,
        cast(person.flags AS text[])
    )
    IS DISTINCT FROM row(
        incoming.name, person.id_index, incoming.sex, incoming.birth_date, household.id,
        incoming.relation, incoming.village_code, incoming.group_no, incoming.mobile_index,
        array_remove(string_to_array(incoming.flags, '|'), '')
    )
