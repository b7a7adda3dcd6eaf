-- The figures that are compared again before money leaves (I10, I11), and the digest that everybody signs.

-- Count, sum and hash of the payments of a request with ids from ``no`` * 1,024 on, as batches_block does it.
CREATE OR REPLACE FUNCTION payments_block(
    year smallint, request bigint, no bigint, OUT line_count bigint, OUT line_fen bigint, OUT hash bytea
)
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
    SELECT
        count(*),
        sum(payment.amount_fen),
        sha256(convert_to(string_agg(concat_ws(
            '|', payment.end_to_end_id, payment.payee_id, payment.card_id, payment.amount_fen
        ), E'\n' ORDER BY payment.id), 'UTF8'))
    FROM (
        SELECT one.* FROM payments_payment AS one
        WHERE one.fiscal_year = year AND one.id BETWEEN no << 10 AND (no << 10) + 1023
        ORDER BY one.id OFFSET 0
    ) AS payment
    WHERE payment.request_id = request
$$;

-- All blocks of a request, in two lanes: PostgreSQL gives each a processor when they are many.
CREATE OR REPLACE FUNCTION payments_blocks(
    year smallint, request bigint, first_id bigint, last_id bigint
) RETURNS TABLE (line_count bigint, line_fen bigint, block_hashes bytea)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        coalesce(sum((block.part).line_count), 0)::bigint,
        coalesce(sum((block.part).line_fen), 0)::bigint,
        coalesce(string_agg((block.part).hash, ''::bytea ORDER BY block.no), ''::bytea)
    FROM (
        SELECT no, payments_block(year, request, no) AS part FROM generate_series(first_id >> 10, last_id >> 10, 2) AS no
        UNION ALL
        SELECT no, payments_block(year, request, no) AS part
        FROM generate_series((first_id >> 10) + 1, last_id >> 10, 2) AS no
    ) AS block
$$;

-- Count, sum and digest of a request's payments, in one pass: SHA-256 (hex) over number, batch's digest, kind and mode,
-- and the hashes of blocks of 1,024 payments in the order of their ids, which lie together.
CREATE OR REPLACE FUNCTION payments_figures(
    request bigint, OUT line_count bigint, OUT line_fen bigint, OUT digest text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        lines.line_count,
        lines.line_fen,
        encode(sha256(
            sha256(convert_to(concat_ws('|', subject.no, batch.digest, subject.kind, subject.mode), 'UTF8'))
            || lines.block_hashes
        ), 'hex')
    FROM payments_paymentrequest AS subject
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    CROSS JOIN LATERAL (
        SELECT min(own.id) AS first_id, max(own.id) AS last_id
        FROM (
            SELECT one.id FROM payments_payment AS one
            WHERE one.fiscal_year = subject.fiscal_year AND one.request_id = subject.id
            ORDER BY one.request_id OFFSET 0
        ) AS own
    ) AS bounds
    CROSS JOIN LATERAL payments_blocks(subject.fiscal_year, subject.id, bounds.first_id, bounds.last_id) AS lines
    WHERE subject.id = request
$$;

CREATE OR REPLACE FUNCTION payments_digest(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT digest FROM payments_figures(request)
$$;

-- Entitlements, batch, cash plan and money drawn, side by side; digests as recomputed and as signed.
CREATE OR REPLACE FUNCTION payments_batch_figures(batch bigint) RETURNS TABLE (
    entitled_count bigint, entitled_fen bigint, entitled_digest text, batch_count bigint, batch_fen bigint,
    batch_digest text, planned_fen bigint, plan_digest text, drawn_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        entitled.line_count, entitled.line_fen, entitled.digest, subject.count, subject.total_fen,
        subject.digest, coalesce(plan.declared_fen, 0), coalesce(plan.digest, ''), coalesce(drawn.total_fen, 0)
    FROM batches_paymentbatch AS subject
    CROSS JOIN LATERAL batches_figures(subject.id) AS entitled
    LEFT JOIN funding_cashplan AS plan ON plan.batch_id = subject.id AND plan.state = 'approved'
    LEFT JOIN LATERAL (
        SELECT sum(drawdown.amount_fen)::bigint AS total_fen
        FROM funding_drawdown AS drawdown
        WHERE drawdown.cash_plan_id = plan.id AND drawdown.state = 'made'
    ) AS drawn ON TRUE
    WHERE subject.id = batch
$$;

-- Why the money of a batch is not what was approved; NULL when batch, plan and drawn money agree.
CREATE OR REPLACE FUNCTION payments_money_objection(batch bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN subject.state <> 'approved' THEN '这一批还没有审批通过，不能申请发放。'
        WHEN plan.id IS NULL THEN '用款计划还没有批复，不能申请发放。'
        WHEN drawn.total_fen IS NULL THEN '资金还没有到零余额账户，请等财政拨付后再申请发放。'
        WHEN subject.total_fen <> plan.declared_fen THEN '批次金额与用款计划不一致，不能申请发放。'
        WHEN plan.declared_fen <> drawn.total_fen THEN '到账金额与用款计划不一致，不能申请发放。请与财政局核对。'
        WHEN subject.digest <> plan.digest
            THEN '补贴清单、批次与用款计划的数据指纹不一致，内容被改动过，不能发放。'
    END
    FROM batches_paymentbatch AS subject
    LEFT JOIN funding_cashplan AS plan ON plan.batch_id = subject.id AND plan.state = 'approved'
    LEFT JOIN LATERAL (
        SELECT sum(drawdown.amount_fen)::bigint AS total_fen
        FROM funding_drawdown AS drawdown
        WHERE drawdown.cash_plan_id = plan.id AND drawdown.state = 'made'
    ) AS drawn ON TRUE
    WHERE subject.id = batch
$$;

-- Why a batch may not be requested yet; NULL when everything agrees (I10). Entitlements are counted and hashed again.
CREATE OR REPLACE FUNCTION payments_batch_objection(batch bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(payments_money_objection(subject.id), CASE
        WHEN figures.entitled_count <> figures.batch_count OR figures.entitled_fen <> figures.batch_fen
            THEN '补贴清单与批次的笔数或金额不一致，不能申请发放。请联系系统管理员。'
        WHEN figures.entitled_digest <> figures.batch_digest
            THEN '补贴清单、批次与用款计划的数据指纹不一致，内容被改动过，不能发放。'
    END)
    FROM batches_paymentbatch AS subject
    CROSS JOIN payments_batch_figures(subject.id) AS figures
    WHERE subject.id = batch
$$;

-- Why a reissue may not go to the cards it was filed for; NULL when each is still its payee's present card and, where
-- it takes the place of the one that failed, past its cooling period (C18, R08). Asked again at verifying and at
-- releasing.
CREATE OR REPLACE FUNCTION payments_card_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN judged.changed_count > 0 THEN format(
            '有 %s 笔申请之后本人的发放卡又变了，不能发到原来申请的卡。请退回主管部门，作废后重新申请。', judged.changed_count)
        WHEN judged.cooling_on IS NOT NULL THEN format(
            '有新换的卡还在 %s 天冷静期内，%s 起才能发放。', registry_cooling_days(), judged.cooling_on)
    END
    FROM (
        SELECT
            count(*) FILTER (WHERE present.card_id IS DISTINCT FROM payment.card_id) AS changed_count,
            max(usable.usable_on) FILTER (WHERE usable.usable_on > (core_now() AT TIME ZONE 'Asia/Shanghai')::date)
                AS cooling_on
        FROM payments_paymentrequest AS subject
        INNER JOIN payments_payment AS payment
            ON subject.fiscal_year = payment.fiscal_year AND subject.id = payment.request_id
        LEFT JOIN payments_paymentoutcome AS outcome
            ON payment.fiscal_year = outcome.fiscal_year AND payment.retries_outcome_id = outcome.id
        LEFT JOIN payments_payment AS before
            ON outcome.fiscal_year = before.fiscal_year AND outcome.payment_id = before.id
        LEFT JOIN registry_payeecard AS present ON payment.payee_id = present.person_id
        LEFT JOIN registry_usablecard AS usable
            ON payment.card_id = usable.card_id AND payment.card_id <> before.card_id
        WHERE subject.id = request
    ) AS judged
$$;

-- Guard of filing, verifying, releasing and accepting: the payments are what was approved, to the fen and to the card.
-- A drafted request was counted and hashed a moment ago, by the function that is filing it.
CREATE OR REPLACE FUNCTION payments_request_objection(request bigint) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    subject payments_paymentrequest;
    batch batches_paymentbatch;
    found record;
    objection text;
BEGIN
    SELECT * INTO STRICT subject FROM payments_paymentrequest WHERE id = request;
    SELECT * INTO STRICT batch FROM batches_paymentbatch WHERE id = subject.batch_id;
    objection := payments_money_objection(batch.id);
    IF subject.kind = 'reissue' THEN
        objection := coalesce(objection, payments_booked_objection(request), payments_card_objection(request));
    ELSIF subject.kind = 'accepted' THEN
        objection := coalesce(objection, payments_accept_objection(request));
    END IF;
    IF objection IS NOT NULL OR subject.state = 'drafted' THEN
        RETURN objection;
    END IF;
    SELECT * INTO STRICT found FROM payments_figures(request);
    RETURN CASE
        WHEN subject.kind = 'first' AND (found.line_count, found.line_fen) IS DISTINCT FROM (batch.count, batch.total_fen)
            THEN '发放明细与批次的笔数或金额不一致，不能发放。'
        WHEN (found.line_count, found.line_fen) IS DISTINCT FROM (subject.count, subject.total_fen)
            THEN '发放明细与申请的笔数或金额不一致，不能发放。'
        WHEN found.digest <> subject.digest THEN '发放明细的数据指纹与申请时不一致，内容被改动过，不能发放。'
    END;
END
$$;

-- Who releases is the cycle's paying mode: the department's cashier or finance's treasurer (I3, I4).
CREATE OR REPLACE FUNCTION payments_mode_department(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '这一项由财政部门发放，请国库支付岗位办理。'
    FROM payments_paymentrequest AS subject WHERE subject.id = request AND subject.mode <> 'department'
$$;

CREATE OR REPLACE FUNCTION payments_mode_finance(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '这一项由主管部门发放，请主管部门的发放岗位办理。'
    FROM payments_paymentrequest AS subject WHERE subject.id = request AND subject.mode <> 'finance'
$$;
