-- Lists and their items: what was signed never changes.
SELECT core_begin_in('catalog_cataloglist', 'drafted');
SELECT core_begin_in('catalog_cycle', 'drafted');
SELECT core_append_only(name)
FROM unnest(ARRAY['catalog_catalogitem', 'catalog_benefitrate', 'catalog_legalbasis']) AS name;

-- The digest that finance and the government sign: over every item of the list, in order of code.
CREATE OR REPLACE FUNCTION catalog_list_digest(list_id bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(coalesce(string_agg(jsonb_build_array(
        item.code, item.parent_code, item.name, item.unit, item.quantity_kind, item.paid_to, item.cycle_kind,
        item.paying_mode, item.is_secret, item.by_occasion, item.exclusion_note, item.notice_days,
        item.department_id, item.rate_fen, item.valid_from, item.ended_on, item.basis_title, item.basis_no,
        item.basis_level)::text, E'\n' ORDER BY item.code), ''), 'UTF8')), 'hex')
    FROM catalog_catalogitem AS item
    WHERE item.catalog_list_id = list_id
$$;

-- Guard: the items are still those that the digest on the list was taken over.
CREATE OR REPLACE FUNCTION catalog_list_intact(list_id bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '清单的内容与它的数据指纹对不上，不能办理。请退回后重新导入。'
    FROM catalog_cataloglist AS list
    WHERE list.id = list_id
        AND (list.digest <> catalog_list_digest(list.id)
            OR list.item_count <> (
                SELECT count(*) FROM catalog_catalogitem AS item WHERE item.catalog_list_id = list.id))
$$;

-- Guard: an older list may not overrule a newer one that is already public.
CREATE OR REPLACE FUNCTION catalog_list_in_order(list_id bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT format('%s 起草在后，已经先公布了其中的“%s”。请退回这一份，按现行清单重新起草。', newer.no, item.name)
    FROM catalog_catalogitem AS item
    INNER JOIN catalog_catalogitem AS later ON later.code = item.code AND later.catalog_list_id > item.catalog_list_id
    INNER JOIN catalog_cataloglist AS newer ON newer.id = later.catalog_list_id AND newer.state = 'published'
    WHERE item.catalog_list_id = list_id
    LIMIT 1
$$;

-- Items come with their list, in one transaction; none is slipped in once the list has been submitted.
CREATE OR REPLACE FUNCTION catalog_item_comes_with_list() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM catalog_cataloglist WHERE id = new.catalog_list_id) THEN
        RAISE EXCEPTION '清单提交以后不能再添项目，请另起草一份。' USING ERRCODE = 'YK030';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER comes_with_list BEFORE INSERT ON catalog_catalogitem
FOR EACH ROW EXECUTE FUNCTION catalog_item_comes_with_list();
