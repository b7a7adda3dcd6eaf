-- How many cards there are by bank and status is counted once, in the transaction of the load that changed it:
-- between two loads no card comes and no status changes, so that pages need not go through all cards of the county.
SELECT core_append_only('registry_cardfigure');

-- The cards as they stand now, by bank and status, and in one row without a bank the holders of several active cards.
-- Holders are told apart by their ID number: whether the register knows them yet makes no difference.
CREATE OR REPLACE FUNCTION registry_count_cards() RETURNS TABLE (
    bank_id bigint, status text, card_count bigint, holder_count bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    WITH part AS MATERIALIZED (
        SELECT card.bank_id, known.status, card.holder_id_index, count(*) AS card_count
        FROM registry_cardstate AS known
        INNER JOIN registry_card AS card ON known.card_id = card.id
        GROUP BY card.bank_id, known.status, card.holder_id_index
    )
    SELECT part.bank_id, part.status, sum(part.card_count)::bigint, count(*)
    FROM part
    GROUP BY part.bank_id, part.status
    UNION ALL
    SELECT NULL, '', coalesce(sum(several.card_count), 0)::bigint, count(*)
    FROM (
        SELECT sum(part.card_count) AS card_count
        FROM part
        WHERE part.status = 'active'
        GROUP BY part.holder_id_index
        HAVING sum(part.card_count) > 1
    ) AS several
$$;

-- Whoever has loaded a file of cards writes down how they stand since.
CREATE OR REPLACE FUNCTION registry_write_card_figures(load bigint) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO registry_cardfigure (load_id, bank_id, status, card_count, holder_count)
    SELECT load, found.bank_id, found.status, found.card_count, found.holder_count
    FROM registry_count_cards() AS found
    ORDER BY found.bank_id, found.status
$$;

-- Cards of before this was kept.
SELECT registry_write_card_figures(latest.load_id)
FROM (SELECT max(load.id) AS load_id FROM registry_cardload AS load) AS latest
LEFT JOIN registry_cardfigure AS kept ON latest.load_id = kept.load_id
WHERE latest.load_id IS NOT NULL AND kept.id IS NULL;
