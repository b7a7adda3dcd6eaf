-- The emergency stop: one official presses it, two others' or their own word together lift it, and while it stands no
-- instruction is sealed or sent. What is on its way runs out.
SELECT core_append_only('core_emergencystop');

SELECT core_append_only('core_stoplift');

-- The newest stop that stands for a place; NULL when paying may go on.
CREATE OR REPLACE FUNCTION core_stop_at(place text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT stop.id FROM core_emergencystop AS stop
    INNER JOIN core_area AS area ON area.code = stop.area_code
    WHERE place LIKE area.prefix || '%'
        AND (SELECT count(*) FROM core_stoplift AS lift WHERE lift.stop_id = stop.id) < 2
    ORDER BY stop.id DESC LIMIT 1
$$;

-- Whoever lets money go asks here, in the transaction that lets it go. Held together with the stop: after a stop has
-- been pressed nothing begins any more, and what began before it is committed before it.
CREATE OR REPLACE FUNCTION core_refuse_while_stopped(place text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtext('core.stop'), 0);
    IF core_stop_at(place) IS NOT NULL THEN
        RAISE EXCEPTION '已经紧急停发，不生成也不发送代发指令。要两个人解除以后才能继续。' USING ERRCODE = 'YK080';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION core_press_stop(
    place text, given_reason text, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    appointment bigint := core_appointment_for(official, 'sending_stop', place, NULL);
    pressed bigint;
BEGIN
    IF appointment IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF btrim(given_reason) = '' THEN
        RAISE EXCEPTION '请写明为什么停发。' USING ERRCODE = 'YK007';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('core.stop'), 0);
    IF core_stop_at(place) IS NOT NULL THEN
        RAISE EXCEPTION '已经在紧急停发，不用再按一次。' USING ERRCODE = 'YK081';
    END IF;
    INSERT INTO core_emergencystop (area_code, official_id, appointment_id, reason, pressed_at, recorded_at)
    VALUES (place, official, appointment, left(btrim(given_reason), 400), business_moment, clock_timestamp())
    RETURNING id INTO pressed;
    PERFORM core_record('sending.stopped', 'emergency_stop:' || pressed, official, business_moment,
                        jsonb_build_object('area', place, 'reason', given_reason, 'appointment', appointment));
    RETURN pressed;
END
$$;

-- Returns whether the stop is lifted by this: the first of the two lifts nothing yet.
CREATE OR REPLACE FUNCTION core_lift_stop(
    stop bigint, given_reason text, official bigint, business_moment timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject core_emergencystop;
    appointment bigint;
    lift_count bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('core.stop'), 0);
    SELECT * INTO subject FROM core_emergencystop WHERE id = stop;
    appointment := core_appointment_for(official, 'sending_stop', subject.area_code, NULL);
    IF subject.id IS NULL OR appointment IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF btrim(given_reason) = '' THEN
        RAISE EXCEPTION '请写明为什么可以解除。' USING ERRCODE = 'YK007';
    END IF;
    SELECT count(*) INTO lift_count FROM core_stoplift AS lift WHERE lift.stop_id = stop;
    IF lift_count >= 2 THEN
        RAISE EXCEPTION '这次紧急停发已经解除。' USING ERRCODE = 'YK004';
    END IF;
    IF EXISTS (SELECT 1 FROM core_stoplift AS lift WHERE lift.stop_id = stop AND lift.official_id = official) THEN
        RAISE EXCEPTION '您已经同意解除，还要另一个人同意。' USING ERRCODE = 'YK006';
    END IF;
    INSERT INTO core_stoplift (stop_id, official_id, appointment_id, reason, lifted_at, recorded_at)
    VALUES (stop, official, appointment, left(btrim(given_reason), 400), business_moment, clock_timestamp());
    PERFORM core_record('sending.stop_lifted', 'emergency_stop:' || stop, official, business_moment,
                        jsonb_build_object('reason', given_reason, 'appointment', appointment, 'lift', lift_count + 1));
    RETURN lift_count + 1 >= 2;
END
$$;
