CREATE OR REPLACE FUNCTION funding_allotment_guard(allotment bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN chosen.digest IS DISTINCT FROM funding_allotment_digest(chosen) THEN
            '指标内容与登记时的数据指纹不一样，说明数据被改动过。请报告系统管理员，不要签字。'
        WHEN EXISTS (SELECT 1 FROM funding_allotment AS other
                     WHERE other.id <> chosen.id AND other.program_id = chosen.program_id
                         AND other.fiscal_year = chosen.fiscal_year AND other.area_code = chosen.area_code
                         AND other.source = chosen.source AND other.document_no = chosen.document_no
                         AND other.state IN ('recorded', 'confirmed')) THEN
            '文号 ' || chosen.document_no || ' 的这笔指标已经登记过了，请核对文号。'
    END
    FROM funding_allotment AS chosen WHERE chosen.id = allotment
$$;

-- Why the batch under a plan does not stand, or NULL: approved, of the plan's digest and case.
CREATE OR REPLACE FUNCTION funding_batch_objection(plan bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN batch.state <> 'approved' THEN '批次 ' || batch.no || ' 还没有经部门审批，不能申请用款。'
        WHEN (chosen.digest, chosen.case_no, chosen.area_code, chosen.agency_id)
            IS DISTINCT FROM (batch.digest, batch.case_no, batch.area_code, batch.agency_id)
            THEN '用款计划与批次 ' || batch.no || ' 的数据指纹不一样，请退回后重新申请。'
    END
    FROM funding_cashplan AS chosen INNER JOIN batches_paymentbatch AS batch ON chosen.batch_id = batch.id
    WHERE chosen.id = plan
$$;

-- The same, with the batch's rows as they are now, which must be as signed.
CREATE OR REPLACE FUNCTION funding_batch_guard(plan bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(funding_batch_objection(chosen.id), batches_guard(chosen.batch_id))
    FROM funding_cashplan AS chosen WHERE chosen.id = plan
$$;

CREATE OR REPLACE FUNCTION funding_apply_guard(plan bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM funding_cashplan AS chosen
        INNER JOIN funding_cashplan AS other ON chosen.batch_id = other.batch_id AND chosen.id <> other.id
        WHERE chosen.id = plan AND other.state IN ('applied', 'verified', 'approved')
    ) THEN
        RETURN '这个批次已经有一份在办的用款计划。';
    END IF;
    RETURN funding_batch_guard(plan);
END
$$;

-- Why detail, total and declared amount are not one and the same, or NULL.
CREATE OR REPLACE FUNCTION funding_amounts_objection(plan bigint, detail_fen bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT format('三方金额不一致：明细合计 %s，批次总额 %s，部门申报 %s，申报差 %s。请退回部门重新申报。',
                  batches_yuan(detail_fen), batches_yuan(batch.total_fen), batches_yuan(chosen.declared_fen),
                  batches_yuan(chosen.declared_fen - detail_fen))
    FROM funding_cashplan AS chosen INNER JOIN batches_paymentbatch AS batch ON chosen.batch_id = batch.id
    WHERE chosen.id = plan AND (detail_fen <> batch.total_fen OR batch.total_fen <> chosen.declared_fen)
$$;

-- I7: detail = total = declared, all three taken now; the rows are added up, no typed figure is believed.
CREATE OR REPLACE FUNCTION funding_three_way_guard(plan bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(funding_amounts_objection(chosen.id, lines.total_fen), funding_batch_guard(chosen.id))
    FROM funding_cashplan AS chosen
    INNER JOIN batches_paymentbatch AS batch ON chosen.batch_id = batch.id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(due.amount_fen), 0)::bigint AS total_fen FROM batches_entitlement AS due
        WHERE due.fiscal_year = batch.fiscal_year AND due.batch_id = batch.id
    ) AS lines
    WHERE chosen.id = plan
$$;

-- The same for a page, which shows what was added up when the batch was frozen: the guard goes through the lines.
CREATE OR REPLACE FUNCTION funding_three_way_objection(plan bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(funding_amounts_objection(chosen.id, frozen.total_fen), funding_batch_objection(chosen.id))
    FROM funding_cashplan AS chosen
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(township.frozen_fen), 0)::bigint AS total_fen FROM batches_batchtownship AS township
        WHERE township.batch_id = chosen.batch_id
    ) AS frozen
    WHERE chosen.id = plan
$$;

CREATE OR REPLACE FUNCTION funding_available_fen(of_program bigint, of_county text, of_year integer) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(balance.in_fen - balance.out_fen), 0)::bigint
    FROM catalog_program AS program
    INNER JOIN ledger_account AS account
        ON program.code = account.program_code AND account.county_code = of_county
        AND account.fiscal_year = of_year AND account.kind = 'available' AND account.case_no = ''
    INNER JOIN ledger_balance AS balance ON account.id = balance.account_id
    WHERE program.id = of_program
$$;

CREATE OR REPLACE FUNCTION funding_enough_guard(plan bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT format('可用指标不够：这批要 %s，可用 %s，还差 %s。请先登记并确认指标，再审批。',
                  batches_yuan(found.declared_fen), batches_yuan(found.available_fen),
                  batches_yuan(found.declared_fen - found.available_fen))
    FROM (
        SELECT chosen.declared_fen,
               funding_available_fen(batch.program_id, batch.area_code, batch.fiscal_year) AS available_fen
        FROM funding_cashplan AS chosen
        INNER JOIN batches_paymentbatch AS batch ON chosen.batch_id = batch.id
        WHERE chosen.id = plan
    ) AS found
    WHERE found.available_fen < found.declared_fen
$$;

CREATE OR REPLACE FUNCTION funding_undrawn_guard(plan bigint) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT '钱已经拨到零余额账户（凭证 ' || made.voucher_no || '），不能再撤回用款计划。'
    FROM funding_drawdown AS made WHERE made.cash_plan_id = plan AND made.state = 'made'
$$;

CREATE OR REPLACE FUNCTION funding_drawdown_guard(drawdown bigint) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    chosen funding_drawdown;
    plan funding_cashplan;
BEGIN
    SELECT * INTO STRICT chosen FROM funding_drawdown WHERE id = drawdown;
    SELECT * INTO STRICT plan FROM funding_cashplan WHERE id = chosen.cash_plan_id;
    IF plan.state <> 'approved' OR NOT funding_has_moved('plan', plan.id) THEN
        RETURN '用款计划还没有批准，不能拨付。';
    END IF;
    IF EXISTS (SELECT 1 FROM funding_drawdown AS other
               WHERE other.cash_plan_id = plan.id AND other.state = 'made') THEN
        RETURN '这份用款计划的钱已经拨付过了。';
    END IF;
    IF EXISTS (SELECT 1 FROM funding_drawdown AS other WHERE other.area_code = chosen.area_code
               AND other.voucher_no = chosen.voucher_no AND other.state = 'made') THEN
        RETURN '凭证号 ' || chosen.voucher_no || ' 已经用过了，请核对。';
    END IF;
    IF (chosen.amount_fen, chosen.digest, chosen.case_no, chosen.area_code, chosen.agency_id)
        IS DISTINCT FROM (plan.declared_fen, plan.digest, plan.case_no, plan.area_code, plan.agency_id) THEN
        RETURN '拨付金额与批准的用款计划不一样，不能拨付。';
    END IF;
    RETURN funding_three_way_guard(plan.id);
END
$$;
