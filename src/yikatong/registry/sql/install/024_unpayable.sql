-- Keeps registry_unpayable when people come in or are mended; what becomes of their cards is judged in
-- 022_payee_cards.sql.

-- Whoever is new has no card yet: a card that waits for its holder is tied afterwards, and judged then.
CREATE OR REPLACE FUNCTION registry_newcomers_are_unpayable() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registry_unpayable (person_id, why, village_code, group_no)
    SELECT told.id, CASE WHEN told.id_index IS NULL THEN 'no_id' ELSE 'no_card' END, told.village_code, told.group_no
    FROM told;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER unpayable_follow_new AFTER INSERT ON registry_person
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_newcomers_are_unpayable();

CREATE OR REPLACE FUNCTION registry_unpayable_move() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE registry_unpayable AS known SET
        village_code = told.village_code,
        group_no = told.group_no,
        why = CASE WHEN known.why = 'no_id' AND told.id_index IS NOT NULL THEN 'no_card' ELSE known.why END
    FROM told
    WHERE known.person_id = told.id
        AND (
            (known.village_code, known.group_no) <> (told.village_code, told.group_no)
            OR (known.why = 'no_id' AND told.id_index IS NOT NULL)
        );
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER unpayable_follow_mended AFTER UPDATE ON registry_person
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_unpayable_move();
