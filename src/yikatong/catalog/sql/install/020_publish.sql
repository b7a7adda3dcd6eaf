-- Publication: the only way in which programs, rates and legal bases come into force (A5, A7).
CREATE OR REPLACE FUNCTION catalog_rate_on(program bigint, day date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT rate.rate_fen FROM catalog_benefitrate AS rate
    WHERE rate.program_id = program AND rate.valid_from <= day
    ORDER BY rate.valid_from DESC, rate.id DESC
    LIMIT 1
$$;

-- The standard of a round: in force on its first day, else the first that begins within it.
CREATE OR REPLACE FUNCTION catalog_rate_in(program bigint, first_day date, last_day date) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(catalog_rate_on(program, first_day), (
        SELECT rate.rate_fen FROM catalog_benefitrate AS rate
        WHERE rate.program_id = program AND rate.valid_from BETWEEN first_day AND last_day
        ORDER BY rate.valid_from, rate.id DESC
        LIMIT 1))
$$;

CREATE OR REPLACE FUNCTION catalog_publish() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    orphan text;
BEGIN
    INSERT INTO catalog_program AS program (
        code, name, unit, quantity_kind, paid_to, cycle_kind, paying_mode, is_secret, by_occasion, exclusion_note,
        notice_days, department_id, ended_on, item_id, county_id)
    SELECT item.code, item.name, item.unit, item.quantity_kind, item.paid_to, item.cycle_kind, item.paying_mode,
        item.is_secret, item.by_occasion, item.exclusion_note, item.notice_days, item.department_id, item.ended_on,
        item.id, new.area_code
    FROM catalog_catalogitem AS item
    WHERE item.catalog_list_id = new.id
    ORDER BY item.code
    ON CONFLICT (code) DO UPDATE SET
        name = excluded.name, unit = excluded.unit, quantity_kind = excluded.quantity_kind,
        paid_to = excluded.paid_to, cycle_kind = excluded.cycle_kind, paying_mode = excluded.paying_mode,
        is_secret = excluded.is_secret, by_occasion = excluded.by_occasion,
        exclusion_note = excluded.exclusion_note, notice_days = excluded.notice_days,
        department_id = excluded.department_id, ended_on = excluded.ended_on, item_id = excluded.item_id;
    UPDATE catalog_program AS program SET parent_id = parent.id
    FROM catalog_catalogitem AS item
    LEFT JOIN catalog_program AS parent ON parent.code = item.parent_code
    WHERE item.catalog_list_id = new.id AND program.code = item.code;
    SELECT item.name INTO orphan
    FROM catalog_catalogitem AS item
    LEFT JOIN catalog_program AS parent ON parent.code = item.parent_code
    WHERE item.catalog_list_id = new.id AND item.parent_code <> ''
        AND (parent.id IS NULL OR parent.paid_to IS NOT NULL)
    LIMIT 1;
    IF orphan IS NOT NULL THEN
        RAISE EXCEPTION '“%”的上级项目不存在，或自己也发放。请退回修改。', orphan USING ERRCODE = 'YK031';
    END IF;
    INSERT INTO catalog_benefitrate (program_id, catalog_list_id, rate_fen, valid_from)
    SELECT program.id, new.id, item.rate_fen, item.valid_from
    FROM catalog_catalogitem AS item
    INNER JOIN catalog_program AS program ON program.code = item.code
    WHERE item.catalog_list_id = new.id AND item.rate_fen IS NOT NULL
        AND catalog_rate_on(program.id, item.valid_from) IS DISTINCT FROM item.rate_fen;
    INSERT INTO catalog_legalbasis (program_id, catalog_list_id, title, document_no, level)
    SELECT program.id, new.id, item.basis_title, item.basis_no, item.basis_level
    FROM catalog_catalogitem AS item
    INNER JOIN catalog_program AS program ON program.code = item.code
    WHERE item.catalog_list_id = new.id AND item.basis_title <> ''
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER publishes AFTER UPDATE OF state ON catalog_cataloglist
FOR EACH ROW WHEN (new.state = 'published' AND old.state <> 'published')
EXECUTE FUNCTION catalog_publish();

-- What is signed when a cycle is opened: its terms.
CREATE OR REPLACE FUNCTION catalog_cycle_digest(cycle catalog_cycle) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        cycle.no, cycle.program_id, cycle.area_code, cycle.agency_id, cycle.fiscal_year, cycle.label, cycle.starts_on,
        cycle.ends_on, cycle.roster_due_on, cycle.pay_due_on, cycle.notice_days, cycle.paying_mode,
        cycle.rate_fen)::text, 'UTF8')), 'hex')
$$;

-- A cycle is a round of a program in force, on the program's own terms.
CREATE OR REPLACE FUNCTION catalog_cycle_fits() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    program catalog_program;
BEGIN
    SELECT * INTO program FROM catalog_program WHERE id = new.program_id;
    IF program.paid_to IS NULL OR program.department_id <> new.agency_id OR program.county_id <> new.area_code
        OR program.ended_on < new.starts_on OR program.paying_mode <> new.paying_mode
        OR new.notice_days < program.notice_days
        OR new.rate_fen IS DISTINCT FROM catalog_rate_in(program.id, new.starts_on, new.ends_on)
        OR new.fiscal_year <> extract(year FROM new.starts_on)
        OR (program.cycle_kind = 'year') <> (length(new.label) = 4)
        OR (program.cycle_kind = 'quarter') <> (new.label LIKE '%Q%') THEN
        RAISE EXCEPTION '发放周期与现行清单里“%”的规定不一致。', program.name USING ERRCODE = 'YK032';
    END IF;
    new.digest := catalog_cycle_digest(new);
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER fits BEFORE INSERT ON catalog_cycle
FOR EACH ROW EXECUTE FUNCTION catalog_cycle_fits();
