-- Cards are immutable and belong to the person whose ID number they were issued to (C5, C20).
SELECT core_append_only(name)
FROM unnest(ARRAY['registry_cardstatus', 'registry_cardload', 'registry_carddesignation']) AS name;
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
    IF tg_op = 'DELETE' OR new.no <> old.no
        OR (old.id_index IS NOT NULL AND new.id_index IS DISTINCT FROM old.id_index) THEN
        RAISE EXCEPTION '人员的编号和身份证号登记以后不能改成别的，人员也不能删除。' USING ERRCODE = 'YK041';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER stays BEFORE UPDATE OR DELETE ON registry_person
FOR EACH ROW EXECUTE FUNCTION registry_person_stays();

-- What is known of a card now: the newest row.
CREATE OR REPLACE VIEW registry_cardstate AS
SELECT DISTINCT ON (status.card_id)
    status.card_id,
    status.status,
    status.holder_name,
    status.as_of
FROM registry_cardstatus AS status
ORDER BY status.card_id ASC, status.id DESC;
