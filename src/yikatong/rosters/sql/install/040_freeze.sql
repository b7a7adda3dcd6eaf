-- Completing a roster: what it pays is frozen into count, total and digest, and judged by the database itself.

-- Count, sum and hash of what a roster pays of the matches with ids from ``no`` * 1,024 on. The same lines as those of
-- rosters_effectiveline, but read by their ids, whatever the planner believes of matches that were written a moment ago
-- (OFFSET leaves it no other way); the plan is kept, as there are a thousand blocks to a million lines.
CREATE OR REPLACE FUNCTION rosters_block(
    roster_id bigint, no bigint, OUT line_count bigint, OUT line_fen bigint, OUT hash bytea
)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
    SELECT
        count(*),
        sum(found.amount_fen),
        sha256(convert_to(string_agg(concat_ws(
            '|', found.row_key, found.line_id, found.beneficiary_id, found.payee_id, found.card_id,
            coalesce(found.quantity_micro::text, '-'), coalesce(found.rate_fen::text, '-'), found.amount_fen,
            coalesce(found.village_code, roster.area_code), length(found.name), found.name, length(found.occasion),
            found.occasion, length(found.group_no), found.group_no
        ), E'\n' ORDER BY found.id), 'UTF8'))
    FROM (
        SELECT one.* FROM rosters_linematch AS one
        WHERE one.id BETWEEN no << 10 AND (no << 10) + 1023
        ORDER BY one.id OFFSET 0
    ) AS found
    INNER JOIN rosters_roster AS roster ON found.roster_id = roster.id
    WHERE found.roster_id = $1
        AND found.round_no = (SELECT max(done.round_no) FROM rosters_matchround AS done WHERE done.roster_id = $1)
        AND rosters_is_effective(found.result, roster.state, found.roster_id, found.row_key, found.line_id)
$$;

-- All blocks of a roster, in two lanes: PostgreSQL gives each a processor when they are many.
CREATE OR REPLACE FUNCTION rosters_blocks(roster_id bigint, first_id bigint, last_id bigint) RETURNS TABLE (
    line_count bigint, line_fen bigint, block_hashes bytea
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        coalesce(sum((block.part).line_count), 0)::bigint,
        coalesce(sum((block.part).line_fen), 0)::bigint,
        coalesce(string_agg((block.part).hash, ''::bytea ORDER BY block.no), ''::bytea)
    FROM (
        SELECT no, rosters_block($1, no) AS part FROM generate_series(first_id >> 10, last_id >> 10, 2) AS no
        UNION ALL
        SELECT no, rosters_block($1, no) AS part FROM generate_series((first_id >> 10) + 1, last_id >> 10, 2) AS no
    ) AS block
$$;

-- Count, sum and digest of what a roster pays, in one pass. The digest is SHA-256 (hex) over the roster's head and the
-- hashes of blocks of 1,024 matches in the order of their ids, each the SHA-256 of what its lines pay, a line a row;
-- free text comes with its length before it, so that no two lists read alike. Only stored values go in, so no key is
-- needed to compute it again. A round's matches are written at once, so that their ids lie together.
CREATE OR REPLACE FUNCTION rosters_figures(
    roster_id bigint, OUT line_count bigint, OUT line_fen bigint, OUT digest text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        lines.line_count,
        lines.line_fen,
        encode(sha256(
            sha256(convert_to(jsonb_build_array(roster.no, roster.program_id, roster.cycle_id, roster.area_code)::text,
                              'UTF8'))
            || lines.block_hashes
        ), 'hex')
    FROM rosters_roster AS roster
    CROSS JOIN LATERAL (
        SELECT min(own.id) AS first_id, max(own.id) AS last_id
        FROM (
            SELECT one.id FROM rosters_currentmatch AS one
            WHERE one.roster_id = roster.id
            ORDER BY one.roster_id OFFSET 0
        ) AS own
    ) AS bounds
    CROSS JOIN LATERAL rosters_blocks(roster.id, bounds.first_id, bounds.last_id) AS lines
    WHERE roster.id = $1
$$;

CREATE OR REPLACE FUNCTION rosters_digest(roster_id bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT digest FROM rosters_figures($1)
$$;

-- Writes the figures of a matched roster; returns its digest.
CREATE OR REPLACE FUNCTION rosters_freeze(roster bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    found_state text;
    frozen text;
BEGIN
    SELECT state INTO found_state FROM rosters_roster WHERE id = roster FOR UPDATE;
    IF found_state IS DISTINCT FROM 'matched' THEN
        RAISE EXCEPTION '花名册要先比对人员和社保卡，才能定稿。请刷新后再看。' USING ERRCODE = 'YK103';
    END IF;
    UPDATE rosters_roster AS target
    SET count = figures.line_count, total_fen = figures.line_fen, digest = figures.digest
    FROM rosters_figures(roster) AS figures
    WHERE target.id = roster
    RETURNING target.digest INTO frozen;
    RETURN frozen;
END
$$;

-- Guard of "receive": the cycle is open and the place lies in its county.
CREATE OR REPLACE FUNCTION rosters_unreceivable(roster bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN cycle.state <> 'opened' THEN '这一期没有开放申报，请先由主管部门开放。'
        WHEN cycle.program_id <> subject.program_id OR left(cycle.area_code, 6) <> left(subject.area_code, 6)
            THEN '项目、周期和地方对不上，请重新选择。'
    END
    FROM rosters_roster AS subject INNER JOIN catalog_cycle AS cycle ON cycle.id = subject.cycle_id
    WHERE subject.id = roster
$$;

-- Guard of "complete": NULL when the roster may be completed, else why not. The figures were frozen after the latest
-- round, or matching would have emptied them.
CREATE OR REPLACE FUNCTION rosters_incomplete(roster bigint) RETURNS text
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '64MB' AS $$
DECLARE
    subject rosters_roster;
    figures rosters_rostercheck;
    matched bigint;
    doubled bigint;
BEGIN
    SELECT * INTO subject FROM rosters_roster WHERE id = roster;
    -- Two rosters of one cycle complete one after the other, so that nobody slips into both.
    PERFORM pg_advisory_xact_lock(hashtextextended('rosters_cycle', subject.cycle_id));
    SELECT * INTO figures FROM rosters_rostercheck WHERE roster_id = roster ORDER BY check_no DESC LIMIT 1;
    IF figures.mismatch_count > 0 AND NOT EXISTS (
        SELECT 1 FROM rosters_totalconfirmation AS given
        WHERE given.roster_id = roster AND given.read_total_fen = figures.read_total_fen
            AND given.mismatch_count = figures.mismatch_count
            AND given.declared_total_fen IS NOT DISTINCT FROM figures.declared_total_fen
    ) THEN
        RETURN '表上的合计与各行相加不一样。请改好后再定稿，或写明理由确认。';
    END IF;
    SELECT count(*) INTO matched FROM rosters_currentmatch AS found WHERE found.roster_id = roster;
    IF matched <> figures.ok_count THEN
        RETURN '有的行改过以后还没有比对。请再比对一次。';
    END IF;
    IF subject.digest = '' THEN
        RETURN '花名册的内容刚刚变了。请刷新后再定稿。';
    END IF;
    IF subject.count = 0 THEN
        RETURN '没有一行可以发放：请先改好要改的行，或等补办社保卡以后再比对。';
    END IF;
    PERFORM core_plan_for(subject.count);
    SELECT count(*) INTO doubled FROM rosters_effectiveline AS line
    INNER JOIN rosters_claimed_elsewhere(roster) AS claim
        ON claim.beneficiary_id = line.beneficiary_id AND claim.occasion = line.occasion
    WHERE line.roster_id = roster;
    IF doubled > 0 THEN
        RETURN format('有 %s 行本期已在别的花名册里定稿。请再比对一次。', doubled);
    END IF;
    RETURN NULL;
END
$$;
