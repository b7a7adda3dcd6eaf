-- People of these rosters who cannot be due now: already due in a live batch (``besides`` is left out: the one that is
-- being assembled), or twice within the choice.
DROP FUNCTION IF EXISTS batches_conflicts(bigint[]);
CREATE OR REPLACE FUNCTION batches_conflicts(rosters bigint[], besides bigint)
RETURNS TABLE (roster_no text, person_name text, person_occasion text, batch_no text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT line.*, roster.no AS roster_no, roster.cycle_id,
               count(*) OVER (PARTITION BY line.beneficiary_id, line.occasion) AS times
        FROM rosters_effectiveline AS line
        INNER JOIN rosters_roster AS roster ON line.roster_id = roster.id
        LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
        WHERE line.roster_id = ANY (rosters) AND held.row_key IS NULL
    )
    SELECT due.roster_no, due.name, due.occasion, coalesce(batch.no, '')
    FROM due
    INNER JOIN catalog_cycle AS cycle ON due.cycle_id = cycle.id
    LEFT JOIN batches_claim AS claim
        ON cycle.fiscal_year = claim.fiscal_year AND cycle.program_id = claim.program_id AND cycle.id = claim.cycle_id
        AND due.beneficiary_id = claim.beneficiary_id AND due.occasion = claim.occasion AND claim.kind = 'regular'
        AND claim.batch_id IS DISTINCT FROM besides
    LEFT JOIN batches_paymentbatch AS batch ON claim.batch_id = batch.id
    WHERE batch.id IS NOT NULL OR due.times > 1
    ORDER BY due.roster_no, due.name
$$;

DROP FUNCTION IF EXISTS batches_conflict_words(bigint[]);
CREATE OR REPLACE FUNCTION batches_conflict_words(rosters bigint[], besides bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT '有 ' || max(found.whole) || ' 人不能重复进批次：' || string_agg(found.words, '；' ORDER BY found.place)
        || CASE WHEN max(found.whole) > 10 THEN '；等' ELSE '' END || '。请退回乡镇删掉重复的行，或先作废原批次。'
    FROM (
        SELECT row_number() OVER () AS place, count(*) OVER () AS whole,
            clash.person_name || '（花名册 ' || clash.roster_no || '）'
            || CASE WHEN clash.batch_no = '' THEN '在所选花名册里出现两次' ELSE '已在批次 ' || clash.batch_no END AS words
        FROM batches_conflicts(rosters, besides) AS clash
    ) AS found
    WHERE found.place <= 10
$$;

-- The next number of the cycle: PB-<county>-<cycle>-<nn>; one assembler a cycle at a time.
CREATE OR REPLACE FUNCTION batches_next_no(cycle bigint) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    stem text;
    taken bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('batches_assemble'), cycle::integer);
    SELECT 'PB-' || left(chosen.area_code, 6) || '-' || chosen.no || '-' INTO STRICT stem
    FROM catalog_cycle AS chosen WHERE chosen.id = cycle;
    SELECT count(*) INTO taken FROM batches_paymentbatch AS batch WHERE batch.cycle_id = cycle;
    RETURN stem || lpad((taken + 1)::text, 2, '0');
END
$$;

-- Lock what is to be assembled and say why it may not be; raises YK040.
CREATE OR REPLACE FUNCTION batches_lock_rosters(cycle bigint, rosters bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    wanted bigint;
    chosen batches_rosteracceptance;
    objection text;
BEGIN
    IF coalesce(cardinality(rosters), 0) = 0 THEN
        RAISE EXCEPTION '请至少选一份已接收的花名册。' USING ERRCODE = 'YK040';
    END IF;
    FOR wanted IN SELECT DISTINCT unnest(rosters) ORDER BY 1 LOOP
        SELECT * INTO chosen FROM batches_rosteracceptance AS one
        WHERE one.roster_id = wanted AND one.state = 'accepted' AND one.cycle_id = cycle FOR UPDATE;
        objection := CASE
            WHEN chosen.id IS NULL THEN '所选花名册里有一份还没有接收，或者不属于这一期。请刷新后再选。'
            WHEN chosen.batch_id IS NOT NULL THEN batches_acceptance_is_free(chosen.id)
            ELSE batches_roster_objection(wanted, chosen.digest)
        END;
        IF objection IS NOT NULL THEN
            RAISE EXCEPTION '%', objection USING ERRCODE = 'YK040';
        END IF;
    END LOOP;
END
$$;

-- Freeze the rosters' lines that no objection holds: one statement for the entitlements, one for the claims. Whoever is
-- due already, or stands in the choice twice, gets no second claim; then nobody is frozen, and the sentence says who.
CREATE OR REPLACE FUNCTION batches_freeze(batch bigint, rosters bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '64MB' AS $$
DECLARE
    frozen bigint;
    claimed bigint;
    clash text;
BEGIN
    PERFORM core_plan_for((SELECT sum(roster.count) FROM rosters_roster AS roster WHERE roster.id = ANY (rosters))::bigint);
    INSERT INTO batches_entitlement (
        fiscal_year, county_code, program_id, cycle_id, batch_id, roster_id, row_key, line_id, beneficiary_id,
        payee_id, card_id, amount_fen, occasion, kind, village_code, township_code
    )
    SELECT
        chosen.fiscal_year, chosen.area_code, chosen.program_id, chosen.cycle_id, chosen.id, line.roster_id,
        line.row_key, line.line_id, line.beneficiary_id, line.payee_id, line.card_id, line.amount_fen, line.occasion,
        'regular', line.village_code, line.township_code
    FROM batches_paymentbatch AS chosen
    INNER JOIN rosters_effectiveline AS line ON line.roster_id = ANY (rosters)
    LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
    WHERE chosen.id = batch AND held.row_key IS NULL
    ORDER BY line.roster_id, line.match_id;
    GET DIAGNOSTICS frozen = ROW_COUNT;
    IF frozen = 0 THEN
        RAISE EXCEPTION '所选花名册里没有可以发放的人：都有异议待处理。' USING ERRCODE = 'YK040';
    END IF;
    INSERT INTO batches_claim (
        fiscal_year, program_id, cycle_id, beneficiary_id, occasion, kind, entitlement_id, batch_id
    )
    SELECT
        due.fiscal_year, due.program_id, due.cycle_id, due.beneficiary_id, due.occasion, due.kind, due.id, due.batch_id
    FROM batches_paymentbatch AS chosen
    INNER JOIN batches_entitlement AS due ON chosen.fiscal_year = due.fiscal_year AND chosen.id = due.batch_id
    WHERE chosen.id = batch
    ON CONFLICT DO NOTHING;
    GET DIAGNOSTICS claimed = ROW_COUNT;
    IF claimed <> frozen THEN
        clash := batches_conflict_words(rosters, batch);
        IF clash IS NOT NULL THEN
            RAISE EXCEPTION '%', clash USING ERRCODE = 'YK040';
        END IF;
        RAISE EXCEPTION '刚才有人把其中的人汇总进了别的批次，请刷新后再选。' USING ERRCODE = 'YK040';
    END IF;
END
$$;

-- Write down which rosters went in with how much, and what objections kept out.
CREATE OR REPLACE FUNCTION batches_write_rosters(batch bigint, rosters bigint[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO batches_batchroster (
        batch_id, roster_id, acceptance_id, roster_digest, count, total_fen, held_count, held_fen
    )
    SELECT
        batch, chosen.roster_id, chosen.id, chosen.digest, coalesce(due.line_count, 0), coalesce(due.line_fen, 0),
        roster.count - coalesce(due.line_count, 0), roster.total_fen - coalesce(due.line_fen, 0)
    FROM batches_rosteracceptance AS chosen
    INNER JOIN rosters_roster AS roster ON chosen.roster_id = roster.id
    LEFT JOIN (
        SELECT one.roster_id, count(*) AS line_count, sum(one.amount_fen) AS line_fen
        FROM batches_entitlement AS one
        INNER JOIN batches_paymentbatch AS of_batch
            ON one.fiscal_year = of_batch.fiscal_year AND one.batch_id = of_batch.id
        WHERE of_batch.id = batch
        GROUP BY one.roster_id
    ) AS due ON chosen.roster_id = due.roster_id
    WHERE chosen.roster_id = ANY (rosters) AND chosen.state = 'accepted';
    UPDATE batches_rosteracceptance SET batch_id = batch WHERE roster_id = ANY (rosters) AND state = 'accepted';
$$;

-- The only way entitlements come to be. ``replaced`` is the void batch whose remaining rosters these are, or NULL.
-- Whether the official may is judged by core_take at the end; a refusal takes everything back. Raises YK040.
CREATE OR REPLACE FUNCTION batches_assemble(
    cycle bigint, rosters bigint[], replaced bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    batch bigint;
    batch_no text := batches_next_no(cycle);
    batch_digest text;
    revision integer := 1;
BEGIN
    PERFORM batches_lock_rosters(cycle, rosters);
    IF replaced IS NOT NULL THEN
        SELECT old.revision_no + 1 INTO revision FROM batches_paymentbatch AS old
        WHERE old.id = replaced AND old.cycle_id = cycle AND old.state = 'void';
        IF revision IS NULL THEN
            RAISE EXCEPTION '原批次还没有作废，不能换版。' USING ERRCODE = 'YK040';
        END IF;
    END IF;
    INSERT INTO batches_paymentbatch (
        no, case_no, program_id, cycle_id, fiscal_year, revision_no, supersedes_id, count, total_fen, digest,
        state, version, area_code, agency_id
    )
    SELECT batch_no, batch_no, chosen.program_id, chosen.id, chosen.fiscal_year, revision, replaced, 0, 0, '',
           'drafted', 0, chosen.area_code, chosen.agency_id
    FROM catalog_cycle AS chosen WHERE chosen.id = cycle
    RETURNING id INTO STRICT batch;
    PERFORM batches_freeze(batch, rosters);
    PERFORM batches_write_rosters(batch, rosters);
    PERFORM batches_write_townships(batch);
    batch_digest := batches_digest(batch);
    UPDATE batches_paymentbatch AS chosen
    SET count = frozen.count, total_fen = frozen.total_fen, digest = batch_digest
    FROM (SELECT sum(held.count) AS count, sum(held.total_fen) AS total_fen
          FROM batches_batchroster AS held WHERE held.batch_id = batch) AS frozen
    WHERE chosen.id = batch;
    PERFORM core_take('payment_batch', batch, 'assemble', official, business_moment, 0, batch_digest, '');
    PERFORM core_record('payment_batch.frozen', 'payment_batch:' || batch, official, business_moment,
                        (SELECT jsonb_build_object('no', chosen.no, 'rosters', to_jsonb(rosters),
                                                   'count', chosen.count, 'total_fen', chosen.total_fen,
                                                   'digest', chosen.digest, 'supersedes', replaced)
                         FROM batches_paymentbatch AS chosen WHERE chosen.id = batch));
    RETURN batch;
END
$$;
