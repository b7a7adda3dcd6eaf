-- Rows that state facts are never changed or removed, by nobody; corrections are more rows.
CREATE OR REPLACE FUNCTION core_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '已经记下的事实不能改也不能删（%）。', tg_table_name USING ERRCODE = 'YK020';
END
$$;

-- Makes a table append-only: SELECT core_append_only('table'). Safe to repeat.
CREATE OR REPLACE FUNCTION core_append_only(target text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only BEFORE UPDATE OR DELETE ON %I
                    FOR EACH ROW EXECUTE FUNCTION core_refuse_change()', target);
    EXECUTE format('CREATE OR REPLACE TRIGGER append_only_whole BEFORE TRUNCATE ON %I
                    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change()', target);
END
$$;

-- A subject of a workflow begins in its first state: the application cannot insert an approved row.
CREATE OR REPLACE FUNCTION core_begins() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF new.state <> tg_argv[0] OR new.version <> 0 THEN
        RAISE EXCEPTION '新建的记录只能从“%”开始。', tg_argv[0] USING ERRCODE = 'YK021';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE FUNCTION core_begin_in(target text, initial_state text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER begins BEFORE INSERT ON %I
                    FOR EACH ROW EXECUTE FUNCTION core_begins(%L)', target, initial_state);
END
$$;
