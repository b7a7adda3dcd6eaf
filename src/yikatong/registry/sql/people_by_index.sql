-- People by blind indexes of their ID numbers. place counts the indexes from 1. LATERAL with LIMIT keeps this a look-up
-- by index for each number, whatever the planner believes of the tables: fifty thousand of five million are no scan.
SELECT
    wanted.place,
    known.name
FROM unnest(%(indexes)s::bytea[]) WITH ORDINALITY AS wanted (id_index, place)
CROSS JOIN
    LATERAL (
        SELECT person.name FROM registry_person AS person
        WHERE person.id_index = wanted.id_index
        ORDER BY person.id_index
        LIMIT 1
    ) AS known
