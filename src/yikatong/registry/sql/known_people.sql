-- Which rows of a file speak of known people: by 人员编号, or by an ID number that somebody has already.
-- Looked up row by row in the index: that costs the same however many people there are.
SELECT
    incoming.row_no,
    own.id AS person_id,
    own.id_index IS NOT NULL AS is_numbered,
    coalesce(holder.no <> incoming.no, FALSE) AS is_taken,
    coalesce(own.id_index <> incoming.key, FALSE) AS is_exchanged
FROM registry_incomingkey AS incoming
LEFT JOIN LATERAL (
    SELECT
        person.id,
        person.id_index
    FROM registry_person AS person
    WHERE person.no = incoming.no
    LIMIT 1 -- noqa: AM09
) AS own ON TRUE
LEFT JOIN LATERAL (
    SELECT person.no FROM registry_person AS person
    WHERE person.id_index = incoming.key
    LIMIT 1 -- noqa: AM09
) AS holder ON TRUE
WHERE incoming.load_key = %(load_key)s AND (own.id IS NOT NULL OR holder.no IS NOT NULL)
ORDER BY incoming.row_no
