-- People in some areas who have no card to be paid on, and why, a page (C8, C9, B4).
WITH found AS (
    SELECT
        known.*,
        count(*) OVER () AS whole
    FROM registry_unpayable AS known
    WHERE known.village_code LIKE any(%(areas)s) AND %(why)s IN ('', known.why)
    ORDER BY known.village_code, known.group_no, known.person_id
    LIMIT %(rows_max)s OFFSET %(rows_before)s
)

SELECT
    found.person_id,
    person.name,
    found.village_code,
    area.name AS village,
    found.group_no,
    person.id_masked,
    found.why,
    found.whole
FROM found
INNER JOIN registry_person AS person ON found.person_id = person.id
LEFT JOIN core_area AS area ON found.village_code = area.code
ORDER BY found.village_code, found.group_no, found.person_id
