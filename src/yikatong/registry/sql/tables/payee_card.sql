-- Each person's payee card: the one last designated while it is active, else the newest active one. Until now a view,
-- which sorted all cards of the county to answer for one person; kept by triggers from now on. Other rooms' views that
-- read it are made anew by their own statements, which follow every migration.
DROP VIEW IF EXISTS registry_payeecard CASCADE;

CREATE TABLE registry_payeecard (
    person_id bigint CONSTRAINT registry_payeecard_pkey PRIMARY KEY,
    card_id bigint NOT NULL,
    is_designated boolean NOT NULL
);

INSERT INTO registry_payeecard (person_id, card_id, is_designated)
SELECT DISTINCT ON (card.person_id)
    card.person_id,
    card.id AS card_id,
    coalesce(designated.card_id = card.id, FALSE) AS is_designated
FROM registry_card AS card
INNER JOIN (
    SELECT DISTINCT ON (status.card_id)
        status.card_id,
        status.status
    FROM registry_cardstatus AS status
    ORDER BY status.card_id ASC, status.id DESC
) AS known ON card.id = known.card_id AND known.status = 'active'
LEFT JOIN (
    SELECT DISTINCT ON (choice.person_id)
        choice.person_id,
        choice.card_id
    FROM registry_carddesignation AS choice
    ORDER BY choice.person_id ASC, choice.id DESC
) AS designated ON card.person_id = designated.person_id
WHERE card.person_id IS NOT NULL
ORDER BY
    card.person_id ASC,
    coalesce(designated.card_id = card.id, FALSE) DESC,
    card.issued_on DESC NULLS LAST,
    card.id DESC;
