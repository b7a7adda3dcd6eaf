-- A change of the payee card: what is signed, what is checked, and what approval writes.
CREATE OR REPLACE FUNCTION registry_change_digest(change registry_cardchange) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        change.id, change.person_id, change.card_id, change.reason, change.confirmed_on, change.area_code,
        change.agency_id)::text, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION registry_change_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT person.village_code INTO new.area_code FROM registry_person AS person WHERE person.id = new.person_id;
    new.digest := registry_change_digest(new);
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER digests BEFORE INSERT ON registry_cardchange
FOR EACH ROW EXECUTE FUNCTION registry_change_begins();

-- Guard: the card can be paid on, and the change is what was proposed.
CREATE OR REPLACE FUNCTION registry_change_holds(change_id bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN change.digest <> registry_change_digest(change) THEN '变更内容与提出时不一致，请退回。'
        WHEN known.status IS DISTINCT FROM 'active' THEN '这张卡现在不是正常状态，不能改发到它。请先到银行激活或解挂，等人社更新后再办。'
    END
    FROM registry_cardchange AS change
    LEFT JOIN registry_cardstate AS known ON known.card_id = change.card_id
    WHERE change.id = change_id
$$;

CREATE OR REPLACE FUNCTION registry_designate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO registry_carddesignation (person_id, card_id, change_id, reason, designated_at)
    VALUES (new.person_id, new.card_id, new.id, new.reason, core_now());
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER designates AFTER UPDATE OF state ON registry_cardchange
FOR EACH ROW WHEN (new.state = 'approved' AND old.state <> 'approved')
EXECUTE FUNCTION registry_designate();
