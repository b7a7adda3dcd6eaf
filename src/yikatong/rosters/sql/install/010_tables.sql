-- Facts of a roster are appended, never changed; and nothing at all is appended to a completed one.
SELECT core_begin_in('rosters_roster', 'drafted');

SELECT core_append_only(name) FROM unnest(ARRAY[
        'rosters_rosterreading', 'rosters_rostercheck', 'rosters_rosterline', 'rosters_rosterproblem',
        'rosters_matchround', 'rosters_linematch', 'rosters_totalconfirmation'
    ]) AS name;

-- Runs once a statement. It locks the roster against a completion under way, then looks at its state anew.
CREATE OR REPLACE FUNCTION rosters_refuse_frozen() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    frozen text;
BEGIN
    PERFORM 1 FROM rosters_roster WHERE id IN (SELECT roster_id FROM fresh) FOR KEY SHARE;
    SELECT no INTO frozen FROM rosters_roster
    WHERE id IN (SELECT roster_id FROM fresh) AND state NOT IN ('received', 'checked', 'matched', 'sent_back')
    LIMIT 1;
    IF frozen IS NOT NULL THEN
        RAISE EXCEPTION '花名册 % 已经定稿或作废，内容不能再变。要改请先由主管部门退回。', frozen USING ERRCODE = 'YK100';
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    target text;
BEGIN
    FOREACH target IN ARRAY ARRAY[
        'rosters_rosterreading', 'rosters_rostercheck', 'rosters_rosterline', 'rosters_rosterproblem',
        'rosters_matchround', 'rosters_linematch', 'rosters_totalconfirmation'
    ] LOOP
        EXECUTE format('CREATE OR REPLACE TRIGGER refuse_frozen AFTER INSERT ON %I REFERENCING NEW TABLE AS fresh
                        FOR EACH STATEMENT EXECUTE FUNCTION rosters_refuse_frozen()', target);
    END LOOP;
    -- The money's card is a card of the payee and of nobody else (C5, C6).
    IF NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = 'match_pays_the_payees_own_card') THEN
        ALTER TABLE rosters_linematch ADD CONSTRAINT match_pays_the_payees_own_card
        FOREIGN KEY (card_id, payee_id) REFERENCES registry_card (id, person_id);
    END IF;
END
$$;

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
