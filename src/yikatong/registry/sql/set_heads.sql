-- The head of a household: by the ID number in the file, else the member who is its head by relation (C6).
UPDATE registry_household AS household SET head_id = chosen.person_id
FROM (
    SELECT DISTINCT ON (incoming.no)
        incoming.no,
        person.id AS person_id
    FROM registry_incominghousehold AS incoming
    INNER JOIN registry_household AS own ON incoming.no = own.no
    INNER JOIN registry_person AS person
        ON
            (incoming.head_index IS NOT NULL AND incoming.head_index = person.id_index)
            OR (incoming.head_index IS NULL AND own.id = person.household_id AND person.relation = '户主')
    WHERE incoming.load_key = %(load_key)s
    ORDER BY incoming.no, person.id
) AS chosen
WHERE household.no = chosen.no AND household.head_id IS DISTINCT FROM chosen.person_id
