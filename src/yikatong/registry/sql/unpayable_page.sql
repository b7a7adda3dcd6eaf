-- A page of the people in some areas who have no card to be paid on, whatever the cause (C8, C9, B4). They are counted
-- up to ``counted_max`` only: village by village along the index, each with one look at the payee cards.
WITH lacking AS MATERIALIZED (
    SELECT
        person.id,
        person.name,
        person.village_code,
        person.group_no,
        person.id_masked,
        person.id_index
    FROM registry_person AS person
    WHERE
        person.village_code BETWEEN %(first)s AND %(last)s AND person.village_code LIKE any(%(areas)s)
        AND (
            SELECT payee.card_id FROM registry_payeecard AS payee
            WHERE payee.person_id = person.id
        ) IS NULL
    ORDER BY person.village_code, person.group_no, person.id
    LIMIT %(counted_max)s
),

page AS MATERIALIZED (
    SELECT
        lacking.*,
        count(*) OVER () AS whole
    FROM lacking
    ORDER BY lacking.village_code, lacking.group_no, lacking.id
    LIMIT %(rows_max)s OFFSET %(rows_before)s
)

SELECT
    page.id AS person_id,
    page.name,
    page.village_code,
    area.name AS village,
    page.group_no,
    page.id_masked,
    CASE
        WHEN page.id_index IS NULL THEN 'no_id'
        WHEN held.count = 0 THEN 'no_card'
        WHEN held.has_inactive THEN 'inactive'
        WHEN held.has_lost THEN 'lost'
        ELSE 'canceled'
    END AS why,
    page.whole
FROM page
LEFT JOIN core_area AS area ON page.village_code = area.code
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
        WHERE card.person_id = page.id
    ) AS held
ORDER BY page.village_code, page.group_no, page.id
