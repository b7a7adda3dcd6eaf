-- Cards by blind indexes of their numbers, with what was last said of each (the view registry_cardstate would order the
-- statuses of the whole county), and whether the holder of one that is not active holds another that is. place counts
-- the indexes from 1; LATERAL with LIMIT keeps everything a look-up by index.
SELECT
    wanted.place,
    card.holder_id_index AS holder,
    known.holder_name AS name,
    bank.name AS bank_name,
    bank.code AS bank_code,
    known.status,
    CASE
        WHEN known.status = 'active' THEN FALSE
        ELSE (
            -- Counted, as PostgreSQL could take EXISTS for a reason to look at the cards of the whole county once;
            -- and by the person, as only cards of unknown holders are indexed by the holder's number.
            SELECT count(*)
            FROM (
                SELECT other.id FROM registry_card AS other
                WHERE other.person_id = card.person_id
                UNION ALL
                SELECT other.id FROM registry_card AS other
                WHERE other.person_id IS NULL AND other.holder_id_index = card.holder_id_index
            ) AS own
            WHERE
                (
                    SELECT status.status FROM registry_cardstatus AS status
                    WHERE status.card_id = own.id
                    ORDER BY status.id DESC
                    LIMIT 1
                ) = 'active'
        ) > 0
    END AS has_other_active
FROM unnest(%(indexes)s::bytea[]) WITH ORDINALITY AS wanted (number_index, place)
CROSS JOIN
    LATERAL (
        SELECT
            found.id,
            found.bank_id,
            found.person_id,
            found.holder_id_index
        FROM registry_card AS found
        WHERE found.number_index = wanted.number_index
        ORDER BY found.number_index
        LIMIT 1
    ) AS card
CROSS JOIN
    LATERAL (
        SELECT
            status.status,
            status.holder_name
        FROM registry_cardstatus AS status
        WHERE status.card_id = card.id
        ORDER BY status.id DESC
        LIMIT 1
    ) AS known
INNER JOIN registry_bank AS bank ON card.bank_id = bank.id
