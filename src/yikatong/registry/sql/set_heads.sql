-- The head of a household that the same file does not number among its people: by the ID number in the file of
-- households, else the member who is its head by relation (C6).
WITH numbered AS (
    SELECT
        incoming.no,
        person.id AS person_id
    FROM registry_incominghousehold AS incoming
    INNER JOIN registry_person AS person ON incoming.head_index = person.id_index
    WHERE incoming.load_key = %(load_key)s AND incoming.head_id IS NULL
),

related AS (
    SELECT
        incoming.no,
        min(person.id) AS person_id
    FROM registry_incominghousehold AS incoming
    INNER JOIN registry_household AS own ON incoming.no = own.no
    INNER JOIN registry_person AS person ON own.id = person.household_id
    WHERE
        incoming.load_key = %(load_key)s AND incoming.head_id IS NULL AND incoming.head_index IS NULL
        AND person.relation = '户主'
    GROUP BY incoming.no
),

chosen AS (
    SELECT * FROM numbered
    UNION ALL
    SELECT * FROM related
)

UPDATE registry_household AS household SET head_id = chosen.person_id
FROM chosen
WHERE household.no = chosen.no AND household.head_id IS DISTINCT FROM chosen.person_id
