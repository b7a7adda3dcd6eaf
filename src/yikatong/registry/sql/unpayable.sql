-- People in some areas who have no card to be paid on, and why, a page (C8, C9, B4). Whoever has an active card has a
-- payee card, so cards and their statuses are looked up for the others only, who are few.
WITH judged AS (
    SELECT
        person.id AS person_id,
        person.name,
        person.village_code,
        area.name AS village,
        person.group_no,
        person.id_masked,
        CASE
            WHEN person.id_index IS NULL THEN 'no_id'
            WHEN held.count = 0 THEN 'no_card'
            WHEN held.has_inactive THEN 'inactive'
            WHEN held.has_lost THEN 'lost'
            ELSE 'canceled'
        END AS why
    FROM registry_person AS person
    LEFT JOIN registry_payeecard AS payee ON person.id = payee.person_id
    LEFT JOIN core_area AS area ON person.village_code = area.code
    CROSS JOIN
        LATERAL (
            SELECT
                count(*) AS count,
                bool_or(known.status = 'inactive') AS has_inactive,
                bool_or(known.status = 'lost') AS has_lost
            FROM registry_card AS card
            CROSS JOIN
                LATERAL (
                    SELECT said.status FROM registry_cardstatus AS said
                    WHERE said.card_id = card.id
                    ORDER BY said.id DESC
                    LIMIT 1
                ) AS known
            WHERE card.person_id = person.id
        ) AS held
    WHERE person.village_code LIKE any(%(areas)s) AND payee.person_id IS NULL
)

SELECT
    judged.*,
    count(*) OVER () AS whole
FROM judged
WHERE %(why)s IN ('', why)
ORDER BY village_code, group_no, person_id
LIMIT %(rows_max)s OFFSET %(rows_before)s
