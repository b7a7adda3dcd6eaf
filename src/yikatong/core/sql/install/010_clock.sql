-- The database's clock, plus the demo's offset. The offset row exists only in the demo's database.
CREATE OR REPLACE FUNCTION core_now() RETURNS timestamptz
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT clock_timestamp() + make_interval(days => coalesce((SELECT days FROM core_clockoffset), 0))
$$;

CREATE OR REPLACE FUNCTION core_step_clock(forward_days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved integer;
BEGIN
    IF forward_days < 1 OR forward_days > 400 THEN
        RAISE EXCEPTION '演示日历每次只能往前走 1 到 400 天。' USING ERRCODE = 'YK010';
    END IF;
    UPDATE core_clockoffset SET days = days + forward_days RETURNING days INTO moved;
    IF moved IS NULL THEN
        RAISE EXCEPTION '只有演示环境才能拨动日历。' USING ERRCODE = 'YK010';
    END IF;
    RETURN moved;
END
$$;
