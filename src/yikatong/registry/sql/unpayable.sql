-- People in some areas who have no card to be paid on, and why, a page (C8, C9, B4). Whoever has an active card has a
-- payee card, so only the other cards' statuses, which are few, are looked at.
WITH held AS (
    SELECT
        card.person_id,
        bool_or(known.status = 'inactive') AS has_inactive,
        bool_or(known.status = 'lost') AS has_lost
    FROM registry_card AS card
    LEFT JOIN registry_payeecard AS payee ON card.person_id = payee.person_id
    CROSS JOIN
        LATERAL (
            SELECT said.status FROM registry_cardstatus AS said
            WHERE said.card_id = card.id
            ORDER BY said.id DESC
            LIMIT 1
        ) AS known
    WHERE payee.person_id IS NULL AND card.person_id IS NOT NULL
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
            WHEN held.has_inactive THEN 'inactive'
            WHEN held.has_lost THEN 'lost'
            ELSE 'canceled'
        END AS why
    FROM registry_person AS person
    LEFT JOIN held ON person.id = held.person_id
    LEFT JOIN registry_payeecard AS payee ON person.id = payee.person_id
    LEFT JOIN core_area AS area ON person.village_code = area.code
    WHERE person.village_code LIKE any(%(areas)s) AND payee.person_id IS NULL
)

SELECT
    judged.*,
    count(*) OVER () AS whole
FROM judged
WHERE %(why)s IN ('', why)
ORDER BY village_code, group_no, person_id
LIMIT %(rows_max)s OFFSET %(rows_before)s
