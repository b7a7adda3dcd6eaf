-- What keeps a statement over a million rows as cheap, row for row, as one over ten.

-- Lets the rest of the calling function join by hashing where it knows that it works on many rows. Rows written a
-- moment ago have no statistics, so the planner would take a million of them for one and look each of them up by
-- itself; a handful, on the other hand, must not cost a walk through five million cards. The caller has a SET clause
-- for enable_nestloop, so that the setting ends with it.
CREATE OR REPLACE FUNCTION core_plan_for(row_count bigint, many bigint DEFAULT 50000) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT set_config('enable_nestloop', CASE WHEN row_count > many THEN 'off' ELSE 'on' END, true)
$$;

-- About how many rows a table and its partitions have.
CREATE OR REPLACE FUNCTION core_row_estimate(target text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(greatest(part.reltuples, 0)), 0)::bigint FROM pg_class AS part
    WHERE part.relkind = 'r'
        -- A table without partitions is in no tree, not even in its own.
        AND (part.oid = target::regclass
             OR part.oid IN (SELECT tree.relid FROM pg_partition_tree(target::regclass) AS tree))
$$;

-- A statement that counts the rows of ``fresh`` whose reference leads nowhere. One by one, by id and year, where they
-- are few beside the other table, which must not be gone through for them (LIMIT leaves the planner no other way). Else
-- as a set.
CREATE OR REPLACE FUNCTION core_strays_statement(
    own text[], other text, other_columns text[], first_year smallint, last_year smallint, one_by_one boolean
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN one_by_one AND count(*) FILTER (WHERE pair.theirs = 'id') > 0 THEN format(
            'SELECT count(*) FROM fresh LEFT JOIN LATERAL (SELECT known.* FROM %I AS known WHERE %s%s
             ORDER BY known.id LIMIT 1) AS found ON TRUE WHERE (%s) AND (found.id IS NULL%s)',
            other,
            string_agg(format('known.%I = fresh.%I', pair.theirs, pair.ours), ' AND ')
                FILTER (WHERE pair.theirs IN ('id', 'fiscal_year')),
            years.words,
            string_agg(format('fresh.%I IS NOT NULL', pair.ours), ' AND '),
            coalesce(string_agg(format(' OR found.%I IS DISTINCT FROM fresh.%I', pair.theirs, pair.ours), '')
                FILTER (WHERE pair.theirs NOT IN ('id', 'fiscal_year')), '')
        )
        ELSE format(
            'SELECT count(*) FROM fresh WHERE (%s) AND NOT EXISTS (SELECT 1 FROM %I AS known WHERE %s%s)',
            string_agg(format('fresh.%I IS NOT NULL', pair.ours), ' AND '),
            other,
            string_agg(format('known.%I = fresh.%I', pair.theirs, pair.ours), ' AND '),
            years.words
        )
    END
    FROM unnest(own, other_columns) AS pair (ours, theirs)
    CROSS JOIN LATERAL (
        SELECT CASE WHEN first_year IS NULL THEN ''
            ELSE format(' AND known.%I BETWEEN %s AND %s',
                other_columns[array_position(own, 'fiscal_year')], first_year, last_year)
        END AS words
    ) AS years
    GROUP BY years.words
$$;

-- A foreign key looked up row by row costs five times the row's own insertion. This one is held by the statement: every
-- new row of the table names an existing row of another. It is as strong where rows of the other table never go, and
-- all tables that are referred to so are append-only. Arguments: name, columns, other table, its columns ("a, b").
-- Where fiscal_year is among them, only the years of the new rows are looked at: others are not even in the plan.
CREATE OR REPLACE FUNCTION core_check_references() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on AS $$
DECLARE
    own text[] := string_to_array(tg_argv[1], ', ');
    other text[] := string_to_array(tg_argv[3], ', ');
    row_count bigint;
    first_year smallint;
    last_year smallint;
    stray bigint;
BEGIN
    IF 'fiscal_year' = ANY (own) THEN
        SELECT count(*), min(fiscal_year), max(fiscal_year) INTO row_count, first_year, last_year FROM fresh;
    ELSE
        SELECT count(*) INTO row_count FROM fresh;
    END IF;
    PERFORM core_plan_for(row_count);
    EXECUTE core_strays_statement(
        own, tg_argv[2], other, first_year, last_year, core_row_estimate(tg_argv[2]) > row_count * 6
    ) INTO stray;
    IF stray > 0 THEN
        RAISE EXCEPTION '% 行指向不存在的记录，没有写入（%）。', stray, tg_argv[0]
            USING ERRCODE = '23503', CONSTRAINT = tg_argv[0], TABLE = tg_table_name;
    END IF;
    RETURN NULL;
END
$$;

-- Holds a reference by the set: SELECT core_refer('name', 'table', 'a, b', 'other', 'c, d'). Safe to repeat.
CREATE OR REPLACE FUNCTION core_refer(
    reference text, target text, columns text, other text, other_columns text
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER %I AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh
                    FOR EACH STATEMENT EXECUTE FUNCTION core_check_references(%L, %L, %L, %L)',
                   reference, target, reference, columns, other, other_columns);
END
$$;
