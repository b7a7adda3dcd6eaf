-- The figures that are compared again before money leaves (I10, I11), and the digest that everybody signs.

-- SHA-256 over the batch's digest, kind and mode, then over every payment in the order of its end-to-end id.
CREATE OR REPLACE FUNCTION payments_digest(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(
        sha256(convert_to(concat_ws('|', subject.no, batch.digest, subject.kind, subject.mode), 'UTF8')) || (
            SELECT coalesce(string_agg(sha256(convert_to(
                concat_ws('|', payment.end_to_end_id, payment.payee_id, payment.card_id, payment.amount_fen), 'UTF8'
            )), '' ORDER BY payment.end_to_end_id COLLATE "C"), '')
            FROM payments_payment AS payment
            WHERE payment.request_id = subject.id AND payment.fiscal_year = subject.fiscal_year
        )
    ), 'hex')
    FROM payments_paymentrequest AS subject
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    WHERE subject.id = request
$$;

-- Entitlements, batch, cash plan and money drawn, side by side; digests as recomputed and as signed.
CREATE OR REPLACE FUNCTION payments_batch_figures(batch bigint) RETURNS TABLE (
    entitled_count bigint, entitled_fen bigint, entitled_digest text, batch_count bigint, batch_fen bigint,
    batch_digest text, planned_fen bigint, plan_digest text, drawn_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        entitled.count, entitled.total_fen, batches_digest(subject.id), subject.count, subject.total_fen,
        subject.digest, coalesce(plan.declared_fen, 0), coalesce(plan.digest, ''), coalesce(drawn.total_fen, 0)
    FROM batches_paymentbatch AS subject
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(sum(entitlement.amount_fen), 0)::bigint AS total_fen
        FROM batches_entitlement AS entitlement
        WHERE entitlement.batch_id = subject.id AND entitlement.fiscal_year = subject.fiscal_year
    ) AS entitled
    LEFT JOIN funding_cashplan AS plan ON plan.batch_id = subject.id AND plan.state = 'approved'
    LEFT JOIN LATERAL (
        SELECT sum(drawdown.amount_fen)::bigint AS total_fen
        FROM funding_drawdown AS drawdown
        WHERE drawdown.cash_plan_id = plan.id AND drawdown.state = 'made'
    ) AS drawn ON TRUE
    WHERE subject.id = batch
$$;

-- Why a batch may not be requested yet; NULL when everything agrees (I10).
CREATE OR REPLACE FUNCTION payments_batch_objection(batch bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN subject.state <> 'approved' THEN '这一批还没有审批通过，不能申请发放。'
        WHEN figures.planned_fen = 0 THEN '用款计划还没有批复，不能申请发放。'
        WHEN figures.drawn_fen = 0 THEN '资金还没有到零余额账户，请等财政拨付后再申请发放。'
        WHEN figures.entitled_count <> figures.batch_count OR figures.entitled_fen <> figures.batch_fen
            THEN '补贴清单与批次的笔数或金额不一致，不能申请发放。请联系系统管理员。'
        WHEN figures.batch_fen <> figures.planned_fen THEN '批次金额与用款计划不一致，不能申请发放。'
        WHEN figures.planned_fen <> figures.drawn_fen THEN '到账金额与用款计划不一致，不能申请发放。请与财政局核对。'
        WHEN figures.entitled_digest <> figures.batch_digest OR figures.batch_digest <> figures.plan_digest
            THEN '补贴清单、批次与用款计划的数据指纹不一致，内容被改动过，不能发放。'
    END
    FROM batches_paymentbatch AS subject
    CROSS JOIN payments_batch_figures(subject.id) AS figures
    WHERE subject.id = batch
$$;

-- Guard of filing, verifying and releasing: the payments are what was approved, to the fen and to the card.
CREATE OR REPLACE FUNCTION payments_request_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(payments_batch_objection(subject.batch_id), CASE
        WHEN subject.kind = 'first' AND (paid.count, paid.total_fen) IS DISTINCT FROM (batch.count, batch.total_fen)
            THEN '发放明细与批次的笔数或金额不一致，不能发放。'
        WHEN (paid.count, paid.total_fen) IS DISTINCT FROM (subject.count, subject.total_fen)
            THEN '发放明细与申请的笔数或金额不一致，不能发放。'
        WHEN payments_digest(subject.id) <> subject.digest THEN '发放明细的数据指纹与申请时不一致，内容被改动过，不能发放。'
    END)
    FROM payments_paymentrequest AS subject
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(sum(payment.amount_fen), 0)::bigint AS total_fen
        FROM payments_payment AS payment
        WHERE payment.request_id = subject.id AND payment.fiscal_year = subject.fiscal_year
    ) AS paid
    WHERE subject.id = request
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
