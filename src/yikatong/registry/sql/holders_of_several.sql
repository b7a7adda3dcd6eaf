-- People who held more than one active card when cards were loaded last (C18, C20).
SELECT coalesce(sum(figure.holder_count), 0)::bigint AS person_count
FROM registry_cardfigure AS figure
WHERE figure.load_id = (SELECT max(load.id) FROM registry_cardload AS load) AND figure.bank_id IS NULL
