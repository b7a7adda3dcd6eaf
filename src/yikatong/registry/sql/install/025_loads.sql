-- Covers the cards that a load spoke of and what it said of them; the audit chain keeps it, so that verify finds any
-- change of a card number without a key. The person of a card may come later and is left out. Made by blocks of 1,024
-- card ids: each is read in its order from the index, so that nothing is sorted, however many cards there are. The
-- binary form of a row tells NULL from nothing and where a value ends. SHA-512 is the faster one on 64 bits.
CREATE OR REPLACE FUNCTION registry_load_digest(load bigint) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp SET enable_nestloop = on AS $$
    SELECT encode(sha256(coalesce(string_agg(block.digest, '' ORDER BY bounds.block_no), '')), 'hex')
    FROM (
        SELECT generate_series(min(said.card_id) >> 10, max(said.card_id) >> 10) AS block_no
        FROM registry_cardstatus AS said
        WHERE said.load_id = load
    ) AS bounds
    CROSS JOIN LATERAL (
        SELECT sha512(string_agg(record_send(ROW(
            said.id, said.card_id, said.status, said.holder_name, said.as_of, card.number_index, card.number_sealed,
            card.prefix, card.tail, card.bank_id, card.holder_name, card.holder_id_index, card.holder_id_sealed,
            card.issued_on
        )), '' ORDER BY said.card_id)) AS digest
        FROM registry_cardstatus AS said
        INNER JOIN registry_card AS card ON card.id = said.card_id
        WHERE said.load_id = load
            AND said.card_id BETWEEN bounds.block_no << 10 AND (bounds.block_no << 10) + 1023
    ) AS block
$$;
