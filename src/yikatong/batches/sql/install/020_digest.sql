-- The digest of a batch, over stored values only: its rosters' digests, then the SHA-256 of each entitlement in the
-- order of beneficiary, occasion and kind (unique within a batch). Whoever has the rows gets the same digest.
CREATE OR REPLACE FUNCTION batches_digest(batch bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(
        coalesce((
            SELECT string_agg(decode(held.roster_digest, 'hex'), '' ORDER BY held.roster_digest)
            FROM batches_batchroster AS held WHERE held.batch_id = chosen.id
        ), '')
        || coalesce((
            SELECT string_agg(
                sha256(convert_to(jsonb_build_array(
                    due.county_code, due.program_id, due.cycle_id, due.roster_id, due.row_key, due.line_id,
                    due.beneficiary_id, due.payee_id, due.card_id, due.amount_fen, due.occasion, due.kind,
                    due.village_code, due.township_code
                )::text, 'UTF8')), '' ORDER BY due.beneficiary_id, due.occasion, due.kind)
            FROM batches_entitlement AS due
            WHERE due.fiscal_year = chosen.fiscal_year AND due.batch_id = chosen.id
        ), '')
    ), 'hex')
    FROM batches_paymentbatch AS chosen WHERE chosen.id = batch
$$;

-- Why this roster may not be paid as it is, or NULL: its present lines, its sealed notice and the digest that the
-- department accepted must be one and the same.
CREATE OR REPLACE FUNCTION batches_roster_objection(roster bigint, accepted_digest text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    roster_no text;
    roster_state text;
    sealed_digest text;
BEGIN
    SELECT chosen.no, chosen.state, notice.digest INTO roster_no, roster_state, sealed_digest
    FROM rosters_roster AS chosen
    LEFT JOIN notices_publicnotice AS notice ON chosen.id = notice.roster_id AND notice.state = 'sealed'
        AND notice.digest = accepted_digest AND notice.roster_version = chosen.version
    WHERE chosen.id = roster;
    IF roster_state IS DISTINCT FROM 'completed' THEN
        RETURN '花名册 ' || coalesce(roster_no, '') || ' 已经不是定稿状态，请刷新后再看。';
    END IF;
    IF sealed_digest IS NULL THEN
        RETURN '花名册 ' || roster_no || ' 没有这个指纹的盖章公示，请乡镇先公示、盖章。';
    END IF;
    IF rosters_digest(roster) IS DISTINCT FROM sealed_digest THEN
        RETURN '花名册 ' || roster_no || ' 现在的数据与盖章时的指纹不一样，请退回乡镇重新核对、公示。';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION batches_acceptance_guard(acceptance bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chosen batches_rosteracceptance;
BEGIN
    SELECT * INTO STRICT chosen FROM batches_rosteracceptance WHERE id = acceptance;
    IF EXISTS (SELECT 1 FROM batches_rosteracceptance AS other
               WHERE other.roster_id = chosen.roster_id AND other.state = 'accepted') THEN
        RETURN '这份花名册已经接收过了。';
    END IF;
    RETURN batches_roster_objection(chosen.roster_id, chosen.digest);
END
$$;

CREATE OR REPLACE FUNCTION batches_acceptance_is_free(acceptance bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT '这份花名册已经汇总进批次 ' || batch.no || '，请在那个批次里退回。'
    FROM batches_rosteracceptance AS chosen
    INNER JOIN batches_paymentbatch AS batch ON chosen.batch_id = batch.id
    WHERE chosen.id = acceptance
$$;

-- Why a batch may not be signed, or NULL: count, total and digest are taken again from the rows, and every roster
-- under it still has the digest that was sealed and accepted.
CREATE OR REPLACE FUNCTION batches_guard(batch bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chosen batches_paymentbatch;
    rows_count bigint;
    rows_total bigint;
    objection text;
BEGIN
    SELECT * INTO STRICT chosen FROM batches_paymentbatch WHERE id = batch;
    SELECT count(*), coalesce(sum(due.amount_fen), 0) INTO rows_count, rows_total
    FROM batches_entitlement AS due WHERE due.fiscal_year = chosen.fiscal_year AND due.batch_id = batch;
    IF rows_count <> chosen.count OR rows_total <> chosen.total_fen THEN
        RETURN format('批次写的是 %s 笔、%s，明细加起来是 %s 笔、%s，对不上。请报告系统管理员，不要签字。',
                      chosen.count, batches_yuan(chosen.total_fen), rows_count, batches_yuan(rows_total));
    END IF;
    IF batches_digest(batch) IS DISTINCT FROM chosen.digest THEN
        RETURN '批次明细与汇总时的数据指纹不一样，说明数据被改动过。请报告系统管理员，不要签字。';
    END IF;
    IF (SELECT count(*) FROM batches_claim AS claim
        WHERE claim.fiscal_year = chosen.fiscal_year AND claim.batch_id = batch) <> chosen.count THEN
        RETURN '批次的名额与明细对不上。请报告系统管理员，不要签字。';
    END IF;
    -- OFFSET 0 keeps the planner from asking each roster twice: its digest is taken over all its lines.
    SELECT said.objection INTO objection
    FROM batches_batchroster AS held
    CROSS JOIN LATERAL (SELECT batches_roster_objection(held.roster_id, held.roster_digest) AS objection OFFSET 0) AS said
    WHERE held.batch_id = batch AND said.objection IS NOT NULL
    LIMIT 1;
    RETURN objection;
END
$$;
