-- Count, sum and hash of the entitlements of a batch with ids from ``no`` * 1,024 on. (OFFSET keeps them from being
-- looked for by the batch; the plan is kept, as there are a thousand blocks to a million lines.)
CREATE OR REPLACE FUNCTION batches_block(
    year smallint, batch bigint, no bigint, OUT line_count bigint, OUT line_fen bigint, OUT hash bytea
)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
    SELECT
        count(*),
        sum(due.amount_fen),
        sha256(convert_to(string_agg(concat_ws(
            '|', due.county_code, due.program_id, due.cycle_id, due.roster_id, due.row_key, due.line_id,
            due.beneficiary_id, due.payee_id, due.card_id, due.amount_fen, due.kind, due.village_code,
            due.township_code, length(due.occasion), due.occasion
        ), E'\n' ORDER BY due.id), 'UTF8'))
    FROM (
        SELECT one.* FROM batches_entitlement AS one
        WHERE one.fiscal_year = year AND one.id BETWEEN no << 10 AND (no << 10) + 1023
        ORDER BY one.id OFFSET 0
    ) AS due
    WHERE due.batch_id = batch
$$;

-- All blocks of a batch, in two lanes: PostgreSQL gives each a processor when they are many.
CREATE OR REPLACE FUNCTION batches_blocks(year smallint, batch bigint, first_id bigint, last_id bigint) RETURNS TABLE (
    line_count bigint, line_fen bigint, block_hashes bytea
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        coalesce(sum((block.part).line_count), 0)::bigint,
        coalesce(sum((block.part).line_fen), 0)::bigint,
        coalesce(string_agg((block.part).hash, ''::bytea ORDER BY block.no), ''::bytea)
    FROM (
        SELECT no, batches_block(year, batch, no) AS part FROM generate_series(first_id >> 10, last_id >> 10, 2) AS no
        UNION ALL
        SELECT no, batches_block(year, batch, no) AS part FROM generate_series((first_id >> 10) + 1, last_id >> 10, 2) AS no
    ) AS block
$$;

-- Count, sum and digest of a batch, in one pass over stored values only. The digest is SHA-256 (hex) over its rosters'
-- digests and the hashes of blocks of 1,024 entitlements in the order of their ids. Whoever has the rows gets the same.
-- A batch is written at once, so its ids lie together: each block is read in its order by its ids, and nothing is
-- sorted, however many lines there are. (OFFSET keeps the first and the last id from being looked for among all ids of
-- the year.)
CREATE OR REPLACE FUNCTION batches_figures(
    batch bigint, OUT line_count bigint, OUT line_fen bigint, OUT digest text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        lines.line_count,
        lines.line_fen,
        encode(sha256(
            coalesce((
                SELECT string_agg(decode(held.roster_digest, 'hex'), '' ORDER BY held.roster_digest)
                FROM batches_batchroster AS held WHERE held.batch_id = chosen.id
            ), '')
            || lines.block_hashes
        ), 'hex')
    FROM batches_paymentbatch AS chosen
    CROSS JOIN LATERAL (
        SELECT min(own.id) AS first_id, max(own.id) AS last_id
        FROM (
            SELECT one.id FROM batches_entitlement AS one
            WHERE one.fiscal_year = chosen.fiscal_year AND one.batch_id = chosen.id
            ORDER BY one.batch_id OFFSET 0
        ) AS own
    ) AS bounds
    CROSS JOIN LATERAL batches_blocks(chosen.fiscal_year, chosen.id, bounds.first_id, bounds.last_id) AS lines
    WHERE chosen.id = batch
$$;

CREATE OR REPLACE FUNCTION batches_digest(batch bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT digest FROM batches_figures(batch)
$$;

-- Why this roster may not be paid as it is, or NULL: the digest of its completion, of its sealed notice and the one
-- that the department accepted must be one and the same.
CREATE OR REPLACE FUNCTION batches_seal_objection(roster bigint, accepted_digest text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    roster_no text;
    roster_state text;
    roster_digest text;
    sealed_digest text;
BEGIN
    SELECT chosen.no, chosen.state, chosen.digest, notice.digest
    INTO roster_no, roster_state, roster_digest, sealed_digest
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
    IF roster_digest IS DISTINCT FROM sealed_digest THEN
        RETURN '花名册 ' || roster_no || ' 现在的数据与盖章时的指纹不一样，请退回乡镇重新核对、公示。';
    END IF;
    RETURN NULL;
END
$$;

-- The same, with the roster's present lines: asked when a roster is accepted and when its lines become entitlements.
CREATE OR REPLACE FUNCTION batches_roster_objection(roster bigint, accepted_digest text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(batches_seal_objection(roster, accepted_digest), CASE
        WHEN rosters_digest(roster) IS DISTINCT FROM accepted_digest
            THEN '花名册 ' || chosen.no || ' 现在的数据与盖章时的指纹不一样，请退回乡镇重新核对、公示。'
    END)
    FROM rosters_roster AS chosen WHERE chosen.id = roster
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

-- Why a batch may not be signed, or NULL: count, total and digest are taken again from the rows that will be paid, in
-- one pass, and every roster under it is still the one that was sealed and accepted. Whether a roster's own lines have
-- been altered since they became entitlements is for verify to tell: nothing more is paid by them.
CREATE OR REPLACE FUNCTION batches_guard(batch bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chosen batches_paymentbatch;
    found record;
    objection text;
BEGIN
    SELECT * INTO STRICT chosen FROM batches_paymentbatch WHERE id = batch;
    SELECT * INTO STRICT found FROM batches_figures(batch);
    IF found.line_count <> chosen.count OR found.line_fen <> chosen.total_fen THEN
        RETURN format('批次写的是 %s 笔、%s，明细加起来是 %s 笔、%s，对不上。请报告系统管理员，不要签字。',
                      chosen.count, batches_yuan(chosen.total_fen), found.line_count, batches_yuan(found.line_fen));
    END IF;
    IF found.digest IS DISTINCT FROM chosen.digest THEN
        RETURN '批次明细与汇总时的数据指纹不一样，说明数据被改动过。请报告系统管理员，不要签字。';
    END IF;
    IF (SELECT count(*) FROM batches_claim AS claim
        WHERE claim.fiscal_year = chosen.fiscal_year AND claim.batch_id = batch) <> chosen.count THEN
        RETURN '批次的名额与明细对不上。请报告系统管理员，不要签字。';
    END IF;
    SELECT said.objection INTO objection
    FROM batches_batchroster AS held
    CROSS JOIN LATERAL (SELECT batches_seal_objection(held.roster_id, held.roster_digest) AS objection) AS said
    WHERE held.batch_id = batch AND said.objection IS NOT NULL
    LIMIT 1;
    RETURN objection;
END
$$;
