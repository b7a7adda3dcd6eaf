-- Facts of this room are never changed; what is written beside them is written by the functions below only.
SELECT core_begin_in(name, 'drafted') FROM unnest(ARRAY['batches_rosteracceptance', 'batches_paymentbatch']) AS name;
SELECT core_append_only(name) FROM unnest(ARRAY['batches_batchroster', 'batches_entitlement']) AS name;

SELECT core_refer('entitlement_of_batch', 'batches_entitlement', 'batch_id', 'batches_paymentbatch', 'id');

SELECT core_refer('entitlement_of_beneficiary', 'batches_entitlement', 'beneficiary_id', 'registry_person', 'id');

SELECT core_refer(
    'entitlement_goes_to_the_payees_own_card', 'batches_entitlement', 'card_id, payee_id',
    'registry_card', 'id, person_id'
);

SELECT core_refer(
    'claim_is_of_an_entitlement', 'batches_claim', 'fiscal_year, entitlement_id, batch_id',
    'batches_entitlement', 'fiscal_year, id, batch_id'
);

-- Of a flow's row only the named columns ever change, whoever writes; and no row goes.
CREATE OR REPLACE FUNCTION batches_keep_facts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' OR to_jsonb(new) - tg_argv::text [] IS DISTINCT FROM to_jsonb(old) - tg_argv::text [] THEN
        RAISE EXCEPTION '已经记下的事实不能改也不能删（%）。', tg_table_name USING ERRCODE = 'YK020';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE OR DELETE ON batches_rosteracceptance
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts('state', 'version', 'batch_id');

-- While it is being assembled a batch gets its count, total and digest; from then on only its state changes.
CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE ON batches_paymentbatch
FOR EACH ROW WHEN (old.state <> 'drafted') EXECUTE FUNCTION batches_keep_facts('state', 'version');
CREATE OR REPLACE TRIGGER batch_kept BEFORE DELETE ON batches_paymentbatch
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts();

-- 1234567 fen as ¥12,345.67, for the sentences of refusals.
CREATE OR REPLACE FUNCTION batches_yuan(fen bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN fen < 0 THEN '-' ELSE '' END || '¥' || to_char(abs(fen) / 100, 'FM999,999,999,999,990')
        || '.' || lpad((abs(fen) % 100)::text, 2, '0')
$$;

-- What an acceptance stands on is taken from the roster's sealed notice and its cycle, whatever the caller wrote.
CREATE OR REPLACE FUNCTION batches_fill_acceptance() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT roster.cycle_id, roster.area_code, cycle.agency_id, notice.digest
    INTO new.cycle_id, new.area_code, new.agency_id, new.digest
    FROM notices_publicnotice AS notice
    INNER JOIN rosters_roster AS roster ON notice.roster_id = roster.id
    INNER JOIN catalog_cycle AS cycle ON roster.cycle_id = cycle.id
    WHERE notice.id = new.notice_id AND roster.id = new.roster_id;
    new.case_no := '';
    new.batch_id := NULL;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER aa_filled BEFORE INSERT ON batches_rosteracceptance
FOR EACH ROW EXECUTE FUNCTION batches_fill_acceptance();

-- A claim changes hands only by being given up and taken again, and only a void batch gives its claims up.
CREATE OR REPLACE FUNCTION batches_keep_claims() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM given_up
        INNER JOIN batches_paymentbatch AS batch ON given_up.batch_id = batch.id
        WHERE batch.state <> 'void'
    ) THEN
        RAISE EXCEPTION '批次没有作废，名额不能放掉。' USING ERRCODE = 'YK041';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER claims_kept AFTER DELETE ON batches_claim
REFERENCING OLD TABLE AS given_up FOR EACH STATEMENT EXECUTE FUNCTION batches_keep_claims();

CREATE OR REPLACE TRIGGER claims_unchanged BEFORE UPDATE ON batches_claim
FOR EACH ROW EXECUTE FUNCTION core_refuse_change();

CREATE OR REPLACE TRIGGER claims_not_emptied BEFORE TRUNCATE ON batches_claim
FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();

-- A batch that becomes void frees its people and its rosters, in the same statement that voids it.
CREATE OR REPLACE FUNCTION batches_free() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM batches_claim WHERE fiscal_year = new.fiscal_year AND batch_id = new.id;
    UPDATE batches_rosteracceptance SET batch_id = NULL WHERE batch_id = new.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER freed AFTER UPDATE OF state ON batches_paymentbatch
FOR EACH ROW WHEN (new.state = 'void') EXECUTE FUNCTION batches_free();

-- Void is the end: nothing leads a batch back from it.
CREATE OR REPLACE FUNCTION batches_stay_void() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '批次已经作废，不能再恢复。' USING ERRCODE = 'YK042';
END
$$;

CREATE OR REPLACE TRIGGER stays_void BEFORE UPDATE ON batches_paymentbatch
FOR EACH ROW WHEN (old.state = 'void') EXECUTE FUNCTION batches_stay_void();

-- An accepted roster is not sent back behind the department's back: its acceptance is taken back first.
CREATE OR REPLACE FUNCTION batches_hold_roster() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM batches_rosteracceptance WHERE roster_id = new.id AND state = 'accepted') THEN
        RAISE EXCEPTION '主管部门已经接收这份花名册，请先由部门退回。' USING ERRCODE = 'YK043';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER held_by_batches BEFORE UPDATE OF state ON rosters_roster
FOR EACH ROW WHEN (new.state <> old.state) EXECUTE FUNCTION batches_hold_roster();
