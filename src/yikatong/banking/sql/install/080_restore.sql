-- Restore mode (RELIABILITY 2.5): of an older copy of the database nothing is sent until every file the bank knows is
-- reconciled.

-- Numbers given out after the copy was made are lost here but known at the bank: none of them is given out again.
CREATE OR REPLACE FUNCTION banking_skip_numbers() RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT setval(one.number_sequence, nextval(one.number_sequence) + 1000000)
    FROM (
        SELECT pg_get_serial_sequence(name, 'id')::regclass AS number_sequence
        FROM unnest(ARRAY[
            'batches_entitlement', 'payments_payment', 'payments_paymentrequest', 'banking_paymentinstruction'
        ]) AS name
    ) AS one
$$;

-- What the audit chain keeps of it, so that verify finds any change.
CREATE OR REPLACE FUNCTION banking_restoration_detail(entered banking_restoration) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('reason', entered.reason, 'noticed', entered.noticed,
                              'known_until', extract(EPOCH FROM entered.known_until))
$$;

CREATE OR REPLACE FUNCTION banking_restoration_file_detail(file banking_restorationfile) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_build_object('provider', file.provider_id, 'message', file.message_id, 'source', file.source)
$$;

CREATE OR REPLACE FUNCTION banking_enter_restoration(
    given_reason text, told_noticed text, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entered banking_restoration;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('banking.restore'), 0);
    IF banking_restoration_standing() IS NOT NULL THEN
        RETURN banking_restoration_standing();
    END IF;
    IF btrim(given_reason) = '' THEN
        RAISE EXCEPTION '请写明为什么进入恢复模式。' USING ERRCODE = 'YK007';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM core_official AS person WHERE person.id = official AND person.is_active) THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    PERFORM banking_skip_numbers();
    INSERT INTO banking_restoration (reason, noticed, known_until, official_id, entered_at, recorded_at)
    SELECT left(btrim(given_reason), 400), told_noticed, max(event.recorded_at), official, business_moment,
           clock_timestamp()
    FROM core_auditevent AS event
    RETURNING * INTO STRICT entered;
    PERFORM core_record('restoration.entered', 'restoration:' || entered.id, official, business_moment,
                        banking_restoration_detail(entered));
    RETURN entered.id;
END
$$;

-- A file that was sent or that the bank speaks of; nothing outside of the restore mode.
CREATE OR REPLACE FUNCTION banking_find_file(
    provider bigint, message text, told_source text, business_moment timestamptz
) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH file AS (
        INSERT INTO banking_restorationfile (restoration_id, provider_id, message_id, source, found_at, recorded_at)
        SELECT banking_restoration_standing(), provider, left(message, 80), told_source, business_moment,
               clock_timestamp()
        WHERE banking_restoration_standing() IS NOT NULL AND message <> ''
        ON CONFLICT DO NOTHING
        RETURNING *
    )
    SELECT core_record('restoration.file_found', 'restoration:' || file.restoration_id, NULL, business_moment,
                       banking_restoration_file_detail(file))
    FROM file
$$;

CREATE OR REPLACE FUNCTION banking_note_visit(
    provider bigint, asked bigint, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO banking_restorationvisit (restoration_id, provider_id, asked_count, visited_at, recorded_at)
    VALUES (banking_restoration_standing(), provider, asked, business_moment, clock_timestamp());
    PERFORM core_record('restoration.visited', 'restoration:' || banking_restoration_standing(), official,
                        business_moment, jsonb_build_object('provider', provider, 'asked', asked));
END
$$;

-- An instruction that went to the bank after the copy was made: sealed again under its old number, it stands where a
-- sending stands whose end nobody saw. Then the bank is asked, as ever.
CREATE OR REPLACE FUNCTION banking_adopt(
    instruction bigint, official bigint, business_moment timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent banking_paymentinstruction;
    stands text;
BEGIN
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = instruction;
    PERFORM banking_spoken_for(sent.request_id, official);
    SELECT kind INTO stands FROM banking_instructionstate WHERE instruction_id = instruction;
    IF banking_restoration_standing() IS NULL OR NOT EXISTS (
        SELECT 1 FROM banking_restorationfile AS file
        WHERE file.restoration_id = banking_restoration_standing() AND file.message_id = sent.message_id) THEN
        RAISE EXCEPTION '只有恢复模式里银行已经知道的文件才能补登。' USING ERRCODE = 'YK087';
    END IF;
    IF stands <> 'sealed' THEN
        RETURN false;
    END IF;
    IF NOT payments_sent(sent.request_id) THEN
        RAISE EXCEPTION '资金还没有转为银行在途，不能发送。' USING ERRCODE = 'YK064';
    END IF;
    PERFORM banking_append(instruction, 'sending', '数据库恢复以前已经发送，现在补登', official, business_moment);
    PERFORM banking_append(instruction, 'unknown', '要向银行查询', official, business_moment);
    RETURN true;
END
$$;

CREATE OR REPLACE FUNCTION banking_explain_file(
    message text, given_note text, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found bigint;
BEGIN
    SELECT file.id INTO found FROM banking_restorationfile AS file
    WHERE file.restoration_id = banking_restoration_standing() AND file.message_id = message;
    IF found IS NULL OR NOT banking_supervises(official) THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF btrim(given_note) = '' THEN
        RAISE EXCEPTION '请写明这份文件为什么不用在这里。' USING ERRCODE = 'YK007';
    END IF;
    INSERT INTO banking_restorationnote (file_id, note, official_id, noted_at, recorded_at)
    VALUES (found, left(btrim(given_note), 400), official, business_moment, clock_timestamp())
    ON CONFLICT (file_id) DO NOTHING;
    PERFORM core_record('restoration.explained', 'restoration:' || banking_restoration_standing(), official,
                        business_moment, jsonb_build_object('message', message, 'note', left(btrim(given_note), 400)));
END
$$;

CREATE OR REPLACE FUNCTION banking_supervises(official bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM core_appointment AS held
        WHERE held.official_id = official
            AND core_appointment_for(official, 'sending_stop', held.area_id, NULL) IS NOT NULL
    ) AND NOT (SELECT person.is_machine FROM core_official AS person WHERE person.id = official)
$$;

-- Files the bank knows that are neither here, as sent, nor explained. One whose fate is unknown is here: it goes on by
-- the ordinary rules, under its old number.
CREATE OR REPLACE VIEW banking_missingfile AS
SELECT
    file.id AS file_id,
    file.restoration_id,
    file.message_id,
    file.source,
    stands.kind AS stands
FROM banking_restorationfile AS file
LEFT JOIN banking_paymentinstruction AS sent ON file.message_id = sent.message_id
LEFT JOIN banking_instructionstate AS stands ON sent.id = stands.instruction_id
LEFT JOIN banking_restorationnote AS note ON file.id = note.file_id
WHERE note.id IS NULL AND coalesce(stands.kind, '') NOT IN ('acknowledged', 'refused', 'void', 'unknown');

-- Why the restore mode cannot be left yet; NULL: it can.
CREATE OR REPLACE FUNCTION banking_restoration_objection(restoration bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT format('还没有向%s问完它手里的全部文件，先执行 yikatong restore status。', string_agg(provider.name, '、'))
        FROM banking_paymentprovider AS provider
        WHERE NOT provider.is_test_system AND NOT EXISTS (SELECT 1 FROM banking_restorationvisit AS visit
                          WHERE visit.restoration_id = restoration AND visit.provider_id = provider.id)
        HAVING count(*) > 0
    ), (
        SELECT format('银行知道的 %s 份文件这里还没有着落，例如 %s。', count(*), min(missing.message_id))
        FROM banking_missingfile AS missing WHERE missing.restoration_id = restoration
        HAVING count(*) > 0
    ))
$$;

CREATE OR REPLACE FUNCTION banking_leave_restoration(
    first_official bigint, second_official bigint, given_reason text, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    restoration bigint;
    objection text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('banking.restore'), 0);
    restoration := banking_restoration_standing();
    IF restoration IS NULL THEN
        RAISE EXCEPTION '现在不在恢复模式。' USING ERRCODE = 'YK004';
    END IF;
    IF first_official = second_official THEN
        RAISE EXCEPTION '离开恢复模式要两个不同的人。' USING ERRCODE = 'YK006';
    END IF;
    IF NOT banking_supervises(first_official) OR NOT banking_supervises(second_official) THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    objection := CASE WHEN btrim(given_reason) = '' THEN '请写明是怎样核清的。'
                      ELSE banking_restoration_objection(restoration) END;
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK087';
    END IF;
    INSERT INTO banking_restorationend (restoration_id, first_id, second_id, reason, left_at, recorded_at)
    VALUES (restoration, first_official, second_official, left(btrim(given_reason), 400), business_moment,
            clock_timestamp());
    PERFORM core_record('restoration.left', 'restoration:' || restoration, first_official, business_moment,
                        jsonb_build_object('reason', left(btrim(given_reason), 400), 'second', second_official));
    RETURN restoration;
END
$$;
