-- What the flow rows stand on is filled in by the database, so that the digest that is signed is never the caller's.
SELECT core_begin_in(name, 'drafted')
FROM unnest(ARRAY['funding_allotment', 'funding_cashplan', 'funding_drawdown']) AS name;

CREATE OR REPLACE FUNCTION funding_allotment_digest(allotment funding_allotment) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        (allotment).id, (allotment).program_id, (allotment).fiscal_year, (allotment).area_code, (allotment).agency_id,
        (allotment).source, (allotment).document_no, (allotment).amount_fen
    )::text, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION funding_fill_allotment() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT program.county_id INTO STRICT new.area_code FROM catalog_program AS program WHERE program.id = new.program_id;
    new.document_no := btrim(new.document_no);
    new.case_no := '';
    new.digest := funding_allotment_digest(new);
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER aa_filled BEFORE INSERT ON funding_allotment
FOR EACH ROW EXECUTE FUNCTION funding_fill_allotment();

CREATE OR REPLACE FUNCTION funding_fill_plan() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT batch.digest, batch.case_no, batch.area_code, batch.agency_id
    INTO STRICT new.digest, new.case_no, new.area_code, new.agency_id
    FROM batches_paymentbatch AS batch WHERE batch.id = new.batch_id;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER aa_filled BEFORE INSERT ON funding_cashplan
FOR EACH ROW EXECUTE FUNCTION funding_fill_plan();

CREATE OR REPLACE FUNCTION funding_fill_drawdown() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT plan.digest, plan.case_no, plan.area_code, plan.agency_id, plan.declared_fen
    INTO STRICT new.digest, new.case_no, new.area_code, new.agency_id, new.amount_fen
    FROM funding_cashplan AS plan WHERE plan.id = new.cash_plan_id;
    new.voucher_no := btrim(new.voucher_no);
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER aa_filled BEFORE INSERT ON funding_drawdown
FOR EACH ROW EXECUTE FUNCTION funding_fill_drawdown();

-- Only the state and the version of these rows ever change, whoever writes; and no row goes.
CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE OR DELETE ON funding_allotment
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts('state', 'version');
CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE OR DELETE ON funding_cashplan
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts('state', 'version');
CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE OR DELETE ON funding_drawdown
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts('state', 'version');

-- A batch whose money is applied for, planned or drawn is not voided: the plan is sent back first.
CREATE OR REPLACE FUNCTION funding_hold_batch() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM funding_cashplan AS plan
               WHERE plan.batch_id = new.id AND plan.state IN ('applied', 'verified', 'approved')) THEN
        RAISE EXCEPTION '批次 % 的用款计划还在办理，请财政先把用款计划退回，再退回或作废批次。', new.no USING ERRCODE = 'YK050';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER held_by_funding BEFORE UPDATE OF state ON batches_paymentbatch
FOR EACH ROW WHEN (new.state = 'void') EXECUTE FUNCTION funding_hold_batch();
