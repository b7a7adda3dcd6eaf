-- Cards are immutable and belong to the person whose ID number they were issued to (C5, C20).
SELECT core_append_only(name)
FROM unnest(ARRAY['registry_bank', 'registry_cardstatus', 'registry_cardload', 'registry_carddesignation']) AS name;
SELECT core_begin_in('registry_cardchange', 'drafted');

DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'card_is_its_holders') THEN
        ALTER TABLE registry_card ADD CONSTRAINT card_is_its_holders
        FOREIGN KEY (person_id, holder_id_index) REFERENCES registry_person (id, id_index);
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'change_to_an_own_card') THEN
        ALTER TABLE registry_cardchange ADD CONSTRAINT change_to_an_own_card
        FOREIGN KEY (card_id, person_id) REFERENCES registry_card (id, person_id);
    END IF;
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'designated_card_is_an_own_card') THEN
        ALTER TABLE registry_carddesignation ADD CONSTRAINT designated_card_is_an_own_card
        FOREIGN KEY (card_id, person_id) REFERENCES registry_card (id, person_id);
    END IF;
END
$$;

-- The one thing that may be added to a card is its person, once.
CREATE OR REPLACE FUNCTION registry_card_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' OR old.person_id IS NOT NULL
        OR to_jsonb(new) - 'person_id' <> to_jsonb(old) - 'person_id' THEN
        RAISE EXCEPTION '社保卡登记以后不能改也不能删；换卡请登记新卡。' USING ERRCODE = 'YK040';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER stays BEFORE UPDATE OR DELETE ON registry_card
FOR EACH ROW EXECUTE FUNCTION registry_card_stays();

-- A person's ID number may be added when they get one (B4), never exchanged for another.
CREATE OR REPLACE FUNCTION registry_person_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' OR new.id <> old.id OR new.no <> old.no
        OR (old.id_index IS NOT NULL AND new.id_index IS DISTINCT FROM old.id_index) THEN
        RAISE EXCEPTION '人员的编号和身份证号登记以后不能改成别的，人员也不能删除。' USING ERRCODE = 'YK041';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER stays BEFORE UPDATE OR DELETE ON registry_person
FOR EACH ROW EXECUTE FUNCTION registry_person_stays();

CREATE OR REPLACE FUNCTION registry_household_stays() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' OR new.id <> old.id OR new.no <> old.no THEN
        RAISE EXCEPTION '户的编号登记以后不能改，户也不能删除。' USING ERRCODE = 'YK042';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER stays BEFORE UPDATE OR DELETE ON registry_household
FOR EACH ROW EXECUTE FUNCTION registry_household_stays();

-- What a card or a person refers to is there. Held by the statement and not row by row, which would cost a load more
-- than everything else: banks, households and people are never deleted and keep their ids. Looked up in the index by a
-- statement planned each time, since a plan made for one row would be kept for millions.
CREATE OR REPLACE FUNCTION registry_cards_refer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM told WHERE told.bank_id NOT IN (SELECT bank.id FROM registry_bank AS bank)) THEN
        RAISE EXCEPTION '社保卡的银行没有登记。' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER refers AFTER INSERT ON registry_card
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_cards_refer();

CREATE OR REPLACE FUNCTION registry_people_refer() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    is_loose boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (
        SELECT FROM told
        WHERE (told.household_id IS NOT NULL AND (
                SELECT household.id FROM registry_household AS household WHERE household.id = told.household_id
            ) IS NULL)
            OR (told.guardian_id IS NOT NULL AND (
                SELECT person.id FROM registry_person AS person WHERE person.id = told.guardian_id
            ) IS NULL)
            OR (told.custodian_id IS NOT NULL AND (
                SELECT person.id FROM registry_person AS person WHERE person.id = told.custodian_id
            ) IS NULL)
    )' INTO is_loose;
    IF is_loose THEN
        RAISE EXCEPTION '人员的户、监护人或代管人没有登记。' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER refers_new AFTER INSERT ON registry_person
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_people_refer();

CREATE OR REPLACE TRIGGER refers_mended AFTER UPDATE ON registry_person
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_people_refer();

-- What is known of a card now: the newest row.
CREATE OR REPLACE VIEW registry_cardstate AS
SELECT DISTINCT ON (status.card_id)
    status.card_id,
    status.status,
    status.holder_name,
    status.as_of
FROM registry_cardstatus AS status
ORDER BY status.card_id ASC, status.id DESC;
