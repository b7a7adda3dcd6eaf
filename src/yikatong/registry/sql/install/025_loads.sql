-- Covers the cards that a load spoke of and what it said of them; the audit chain keeps it, so that verify finds any
-- change of a card number without a key. The person of a card may come later and is left out.
CREATE OR REPLACE FUNCTION registry_load_digest(load bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(concat_ws('|',
        said.card_id, said.status, said.holder_name, said.as_of, card.number_index, card.number_sealed, card.prefix,
        card.tail, card.bank_id, card.holder_name, card.holder_id_index, card.holder_id_sealed, card.issued_on
    ), 'UTF8')), '' ORDER BY said.card_id), '')), 'hex')
    FROM registry_cardstatus AS said
    INNER JOIN registry_card AS card ON card.id = said.card_id
    WHERE said.load_id = load
$$;
