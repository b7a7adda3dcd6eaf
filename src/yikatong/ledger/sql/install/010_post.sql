-- The one way money moves. The caller names the kind and the business fact (ground_id); which accounts and how much
-- is told by the kind's ground function, which belongs to the room that owns the fact:
--   ground(fact bigint) RETURNS ledger_ground   (no row or a NULL amount: there is no such ground, nothing moves)
DO $$
BEGIN
    CREATE TYPE ledger_ground AS (
        program_code text, county_code text, fiscal_year smallint, case_no text, amount_fen bigint
    );
EXCEPTION WHEN duplicate_object THEN NULL;
END
$$;

CREATE OR REPLACE FUNCTION ledger_account_of(ground ledger_ground, account_kind text) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    account_case text := CASE WHEN account_kind IN ('source', 'available') THEN '' ELSE ground.case_no END;
    account bigint;
BEGIN
    INSERT INTO ledger_account (kind, program_code, county_code, fiscal_year, case_no)
    VALUES (account_kind, ground.program_code, ground.county_code, ground.fiscal_year, account_case)
    ON CONFLICT ON CONSTRAINT account_exists_once DO NOTHING;
    SELECT id INTO STRICT account FROM ledger_account
    WHERE kind = account_kind AND program_code = ground.program_code AND county_code = ground.county_code
        AND fiscal_year = ground.fiscal_year AND case_no = account_case;
    INSERT INTO ledger_balance (account_id, in_fen, out_fen, may_overdraw)
    VALUES (account, 0, 0, account_kind = 'source') ON CONFLICT DO NOTHING;
    RETURN account;
END
$$;

CREATE OR REPLACE FUNCTION ledger_post(
    transfer_kind text, fact bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    rule ledger_transferrule;
    ground ledger_ground;
    transfer_key text := transfer_kind || ':' || fact;
    source_account bigint;
    destination_account bigint;
    transfer_id bigint;
    event bigint;
BEGIN
    SELECT * INTO STRICT rule FROM ledger_transferrule WHERE kind = transfer_kind;
    SELECT id INTO transfer_id FROM ledger_transfer WHERE key = transfer_key;
    IF transfer_id IS NOT NULL THEN
        RETURN transfer_id;
    END IF;
    EXECUTE format('SELECT * FROM %I($1)', rule.ground) INTO ground USING fact;
    IF ground.amount_fen IS NULL OR ground.amount_fen <= 0 THEN
        RAISE EXCEPTION '没有依据，资金不能动（%）。', transfer_key USING ERRCODE = 'YK030';
    END IF;
    source_account := ledger_account_of(ground, rule.source_kind);
    destination_account := ledger_account_of(ground, rule.destination_kind);
    -- Both rows are locked in the order of their ids, so that two posts never wait for each other.
    PERFORM 1 FROM ledger_balance WHERE account_id IN (source_account, destination_account)
    ORDER BY account_id FOR UPDATE;
    IF EXISTS (SELECT 1 FROM ledger_balance WHERE account_id = source_account AND NOT may_overdraw
               AND in_fen - out_fen < ground.amount_fen) THEN
        RAISE EXCEPTION '余额不够：要动 % 分，账上没有这么多。', ground.amount_fen USING ERRCODE = 'YK031';
    END IF;
    UPDATE ledger_balance SET out_fen = out_fen + ground.amount_fen WHERE account_id = source_account;
    UPDATE ledger_balance SET in_fen = in_fen + ground.amount_fen WHERE account_id = destination_account;
    event := core_record('ledger.' || transfer_kind, 'case:' || ground.case_no, official, business_moment,
                         jsonb_build_object('key', transfer_key, 'source', source_account,
                                            'destination', destination_account, 'amount_fen', ground.amount_fen));
    INSERT INTO ledger_transfer (key, kind, source_id, destination_id, amount_fen, ground_id, event_id,
                                 business_at, recorded_at)
    VALUES (transfer_key, transfer_kind, source_account, destination_account, ground.amount_fen, fact, event,
            business_moment, clock_timestamp())
    RETURNING id INTO transfer_id;
    RETURN transfer_id;
END
$$;

SELECT core_append_only('ledger_transfer');
SELECT core_append_only('ledger_account');
