-- Cards by bank and status, and people by how many cards they hold (C4, C18, Q6).
SELECT
    bank.name AS bank,
    known.status,
    count(*) AS card_count,
    count(DISTINCT card.person_id) AS person_count
FROM registry_card AS card
INNER JOIN registry_cardstate AS known ON card.id = known.card_id
INNER JOIN registry_bank AS bank ON card.bank_id = bank.id
GROUP BY bank.name, known.status
ORDER BY bank.name, known.status
