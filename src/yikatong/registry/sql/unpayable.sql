-- People in some areas who have no card to be paid on, and why, a page (C8, C9, B4).
WITH held AS (
    SELECT
        card.person_id,
        bool_or(known.status = 'active') AS has_active,
        bool_or(known.status = 'inactive') AS has_inactive,
        bool_or(known.status = 'lost') AS has_lost
    FROM registry_card AS card
    INNER JOIN registry_cardstate AS known ON card.id = known.card_id
    GROUP BY card.person_id
),

judged AS (
    SELECT
        person.id AS person_id,
        person.name,
        person.village_code,
        area.name AS village,
        person.group_no,
        person.id_masked,
        CASE
            WHEN person.id_index IS NULL THEN 'no_id'
            WHEN held.person_id IS NULL THEN 'no_card'
            WHEN held.has_active THEN 'ready'
            WHEN held.has_inactive THEN 'inactive'
            WHEN held.has_lost THEN 'lost'
            ELSE 'canceled'
        END AS why
    FROM registry_person AS person
    LEFT JOIN held ON person.id = held.person_id
    LEFT JOIN core_area AS area ON person.village_code = area.code
    WHERE person.village_code LIKE any(%(areas)s)
)

SELECT
    judged.*,
    count(*) OVER () AS whole
FROM judged
WHERE why <> 'ready' AND (%(why)s = '' OR why = %(why)s)
ORDER BY village_code, group_no, person_id
LIMIT %(rows_max)s OFFSET %(rows_before)s
