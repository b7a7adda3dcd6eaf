-- For some rows: the same name's row in the roster of the cycle before (only where one fits), and the person and payee
-- card that the registry has under the row's ID number.
WITH wanted AS MATERIALIZED (
    SELECT
        line.row_key,
        line.name,
        line.village_code,
        line.id_index
    FROM rosters_currentline AS line
    WHERE line.roster_id = %(roster)s AND line.row_key = any(%(row_keys)s::text[])
),

earlier AS (
    SELECT
        wanted.row_key,
        min(line.line_id) AS line_id
    FROM wanted
    INNER JOIN rosters_effectiveline AS line
        ON
            line.roster_id = %(previous)s
            AND wanted.name = line.name
            AND (wanted.village_code IS NULL OR wanted.village_code = line.village_code)
    GROUP BY wanted.row_key
    HAVING count(*) = 1
)

SELECT
    wanted.row_key,
    stored.id AS earlier_line_id,
    stored.cells_sealed AS earlier_cells,
    person.name AS registered_name,
    card.id AS card_id,
    card.number_sealed AS card_number_sealed
FROM wanted
LEFT JOIN earlier ON wanted.row_key = earlier.row_key
LEFT JOIN rosters_rosterline AS stored ON earlier.line_id = stored.id
LEFT JOIN registry_person AS person ON wanted.id_index = person.id_index
LEFT JOIN registry_payeecard AS payee ON person.id = payee.person_id
LEFT JOIN registry_card AS card ON payee.card_id = card.id
WHERE stored.id IS NOT NULL OR person.id IS NOT NULL
