-- Facts of a roster are appended, never changed; and nothing at all is appended to a completed one.
SELECT core_begin_in('rosters_roster', 'drafted');

SELECT core_append_only(name) FROM unnest(ARRAY[
        'rosters_rosterreading', 'rosters_rostercheck', 'rosters_rosterline', 'rosters_rosterproblem',
        'rosters_matchround', 'rosters_linematch', 'rosters_matchtotal', 'rosters_totalconfirmation',
        'rosters_columnmapping', 'rosters_headingquestion', 'rosters_readingcomparison'
    ]) AS name;

-- Runs once a statement. It locks the roster against a completion under way, then looks at its state anew. The
-- arguments are the states in which the table takes rows: a matched roster takes no lines, so that what its latest
-- round matched is what stands until somebody corrects it.
CREATE OR REPLACE FUNCTION rosters_refuse_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    touched bigint[];
    frozen text;
BEGIN
    SELECT array_agg(DISTINCT roster_id) INTO touched FROM fresh;
    PERFORM 1 FROM rosters_roster WHERE id = ANY (touched) FOR KEY SHARE;
    SELECT no INTO frozen FROM rosters_roster WHERE id = ANY (touched) AND NOT (state = ANY (tg_argv::text[])) LIMIT 1;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION '花名册 % 已经比对、定稿或作废，内容不能这样变。要改请先走“改这一行”，或由主管部门退回。', frozen
            USING ERRCODE = 'YK100';
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    target text;
    states text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'rosters_rosterreading', 'rosters_rostercheck', 'rosters_rosterline', 'rosters_rosterproblem',
        'rosters_matchround', 'rosters_linematch', 'rosters_totalconfirmation'
    ] LOOP
        states := '''received'', ''checked'', ''sent_back''';
        IF target IN ('rosters_matchround', 'rosters_linematch', 'rosters_totalconfirmation') THEN
            states := states || ', ''matched''';
        END IF;
        EXECUTE format('CREATE OR REPLACE TRIGGER refuse_frozen AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh
                        FOR EACH STATEMENT EXECUTE FUNCTION rosters_refuse_frozen(%s)', target, states);
    END LOOP;
END
$$;

SELECT core_refer('line_is_of_a_roster', 'rosters_rosterline', 'roster_id', 'rosters_roster', 'id');

SELECT core_refer('line_is_written_by_somebody', 'rosters_rosterline', 'written_by_id', 'core_official', 'id');

SELECT core_refer(
    'match_is_of_a_line', 'rosters_linematch', 'roster_id, line_id', 'rosters_rosterline',
    'roster_id, id'
);

SELECT core_refer('match_is_of_a_person', 'rosters_linematch', 'beneficiary_id', 'registry_person', 'id');

-- The money's card is a card of the payee and of nobody else (C5, C6).
SELECT core_refer(
    'match_pays_the_payees_own_card', 'rosters_linematch', 'card_id, payee_id', 'registry_card',
    'id, person_id'
);

-- Count, total and digest of a new roster are the database's to write.
CREATE OR REPLACE FUNCTION rosters_begin_empty() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF new.count <> 0 OR new.total_fen <> 0 OR new.digest <> '' THEN
        RAISE EXCEPTION '花名册的行数、金额和指纹由系统计算，不能填写。' USING ERRCODE = 'YK101';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER begins_empty BEFORE INSERT ON rosters_roster
FOR EACH ROW EXECUTE FUNCTION rosters_begin_empty();
