-- The one way a state changes: lock, compare, check appointment, four eyes and guards, then write state, decision
-- and audit event together. The step table is core_workflowstep.

CREATE OR REPLACE FUNCTION core_appointment_for(
    official bigint, needed text, place text, agency bigint
) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT appointment.id
    FROM core_appointment AS appointment
    INNER JOIN core_official AS person ON person.id = appointment.official_id AND person.is_active
    INNER JOIN core_area AS area ON area.code = appointment.area_id
    INNER JOIN core_rolepermission AS given ON given.role = appointment.role AND given.permission = needed
    WHERE appointment.official_id = official
        AND place LIKE area.prefix || '%'
        AND (agency IS NULL OR appointment.agency_id = agency)
        AND (core_now() AT TIME ZONE 'Asia/Shanghai')::date
            BETWEEN appointment.valid_from AND coalesce(appointment.valid_to, 'infinity')
    ORDER BY appointment.id
    LIMIT 1
$$;

-- Four eyes: within one subject nobody acts with two different duties, and who prepared any part of a case
-- (batch, cash plan, payment request) takes no other duty in it. Serialised on the case, so that two flows of one
-- case cannot race past each other.
CREATE OR REPLACE FUNCTION core_four_eyes_broken(
    step_flow text, subject bigint, subject_case text, step_duty text, official bigint
) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT step_duty <> 'none' AND EXISTS (
        SELECT 1 FROM core_decision AS earlier
        WHERE earlier.official_id = official AND earlier.duty <> 'none' AND earlier.duty <> step_duty
            AND ((earlier.flow = step_flow AND earlier.subject_id = subject)
                OR (subject_case <> '' AND earlier.case_no = subject_case
                    AND 'prepare' IN (earlier.duty, step_duty)))
    )
$$;

CREATE OR REPLACE FUNCTION core_take(
    step_flow text, subject bigint, step_verb text, official bigint, business_moment timestamptz,
    seen_version integer, seen_digest text, given_reason text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    step core_workflowstep;
    found_state text;
    found_version integer;
    found_digest text;
    found_case text;
    found_area text;
    found_agency bigint;
    appointment bigint;
    guard text;
    objection text;
    decision bigint;
BEGIN
    SELECT * INTO STRICT step FROM core_workflowstep WHERE flow = step_flow AND verb = step_verb;
    EXECUTE format('SELECT state, version, digest, case_no, area_code, agency_id FROM %I WHERE id = $1 FOR UPDATE',
                   step.subject_table)
        INTO found_state, found_version, found_digest, found_case, found_area, found_agency USING subject;
    IF found_state IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK001';
    END IF;
    appointment := core_appointment_for(
        official, step.permission, found_area, CASE WHEN step.own_agency THEN found_agency END);
    IF appointment IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF found_version <> seen_version THEN
        RAISE EXCEPTION '刚才有人先办了一步，您看到的已经不是最新的。请刷新后再看。' USING ERRCODE = 'YK002';
    END IF;
    IF NOT (found_state = ANY (step.sources)) THEN
        RAISE EXCEPTION '现在这一步不能办，可能已经有人办过了。请刷新后再看。' USING ERRCODE = 'YK004';
    END IF;
    IF found_digest <> seen_digest THEN
        RAISE EXCEPTION '数据指纹与您看到的不一样，说明内容变了。请刷新后重新核对。' USING ERRCODE = 'YK003';
    END IF;
    IF found_case <> '' THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(found_case, 0));
    END IF;
    IF core_four_eyes_broken(step_flow, subject, found_case, step.duty, official) THEN
        RAISE EXCEPTION '同一笔业务要两个人办：您已经经手过前面的环节，这一步请别的同事办。' USING ERRCODE = 'YK006';
    END IF;
    IF step.reason_required AND btrim(given_reason) = '' THEN
        RAISE EXCEPTION '请写明原因，对方要凭它修改。' USING ERRCODE = 'YK007';
    END IF;
    FOREACH guard IN ARRAY step.guards LOOP
        EXECUTE format('SELECT %I($1)', guard) INTO objection USING subject;
        IF objection IS NOT NULL THEN
            RAISE EXCEPTION '%', objection USING ERRCODE = 'YK008';
        END IF;
    END LOOP;
    EXECUTE format('UPDATE %I SET state = $2, version = version + 1 WHERE id = $1', step.subject_table)
        USING subject, step.target;
    INSERT INTO core_decision (flow, subject_id, case_no, verb, duty, from_state, to_state, subject_version, digest,
                               official_id, appointment_id, reason, business_at, recorded_at)
    VALUES (step_flow, subject, found_case, step_verb, step.duty, found_state, step.target, found_version,
            found_digest, official, appointment, given_reason, business_moment, clock_timestamp())
    RETURNING id INTO decision;
    PERFORM core_record(step_flow || '.' || step_verb, step_flow || ':' || subject, official, business_moment,
                        jsonb_build_object('decision', decision, 'from', found_state, 'to', step.target,
                                           'version', found_version, 'digest', found_digest, 'case', found_case,
                                           'reason', given_reason, 'duty', step.duty, 'appointment', appointment,
                                           'area', found_area, 'agency', found_agency));
    RETURN decision;
END
$$;

-- Everybody has one duty: no official holds two different roles on the same day (separation of duties, F10).
CREATE OR REPLACE FUNCTION core_one_duty() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('core_one_duty'), new.official_id::integer);
    IF EXISTS (
        SELECT 1 FROM core_appointment AS other
        WHERE other.official_id = new.official_id AND other.role <> new.role AND other.id <> new.id
            AND daterange(other.valid_from, other.valid_to, '[]') && daterange(new.valid_from, new.valid_to, '[]')
    ) THEN
        RAISE EXCEPTION '一个人同一时间只能有一种岗位，请先结束原来的任职。' USING ERRCODE = 'YK022';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER one_duty BEFORE INSERT OR UPDATE ON core_appointment
FOR EACH ROW EXECUTE FUNCTION core_one_duty();

SELECT core_append_only(name)
FROM unnest(ARRAY[
        'core_decision', 'core_auditevent', 'core_auditseal', 'core_storedfile', 'core_filepiece'
    ]) AS name;

-- The decision that a subject of a flow took last, and the version that it has had since; no row: none was taken.
-- Without a SET clause, so that it is written into the statement that uses it.
CREATE OR REPLACE FUNCTION core_last_decision(of_flow text, subject bigint)
RETURNS TABLE (to_state text, version integer, digest text, case_no text)
LANGUAGE sql STABLE AS $$
    SELECT signed.to_state, signed.subject_version + 1, signed.digest, signed.case_no
    FROM core_decision AS signed
    WHERE signed.flow = of_flow AND signed.subject_id = subject
    ORDER BY signed.subject_version DESC LIMIT 1
$$;
