-- Cards by bank and status as the latest load left them, and how many people hold them (C4, C18, Q6).
SELECT
    bank.name AS bank,
    figure.status,
    figure.card_count,
    figure.holder_count AS person_count
FROM registry_cardfigure AS figure
INNER JOIN registry_bank AS bank ON figure.bank_id = bank.id
WHERE figure.load_id = (SELECT max(load.id) FROM registry_cardload AS load)
ORDER BY bank.name, figure.status
