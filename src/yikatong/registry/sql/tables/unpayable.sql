-- Who has no card to be paid on, and why: everybody without a payee card. Kept by triggers beside
-- registry_payeecard, so that a list of a county's few does not go through all its people. Village and group are the
-- person's.
CREATE TABLE registry_unpayable (
    person_id bigint CONSTRAINT registry_unpayable_pkey PRIMARY KEY,
    why varchar(10) NOT NULL,
    village_code varchar(12) NOT NULL,
    group_no varchar(12) NOT NULL
);

CREATE INDEX unpayable_in_order ON registry_unpayable (village_code, group_no, person_id);

INSERT INTO registry_unpayable (person_id, why, village_code, group_no)
SELECT
    person.id,
    CASE
        WHEN person.id_index IS NULL THEN 'no_id'
        WHEN held.count = 0 THEN 'no_card'
        WHEN held.has_inactive THEN 'inactive'
        WHEN held.has_lost THEN 'lost'
        ELSE 'canceled'
    END AS why,
    person.village_code,
    person.group_no
FROM registry_person AS person
LEFT JOIN registry_payeecard AS payee ON person.id = payee.person_id
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
WHERE payee.person_id IS NULL;
