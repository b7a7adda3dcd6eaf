-- What vouches for each kind of transfer of this room. No row: there is no such ground, and nothing moves.
CREATE OR REPLACE FUNCTION funding_allot_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (program.code, allotment.area_code, allotment.fiscal_year, '', allotment.amount_fen)::ledger_ground
    FROM funding_allotment AS allotment
    INNER JOIN catalog_program AS program ON allotment.program_id = program.id
    WHERE allotment.id = fact AND allotment.state = 'confirmed'
        AND allotment.digest = funding_allotment_digest(allotment)
        AND funding_decided('allotment', allotment.id, allotment.digest, ARRAY['record', 'confirm'])
$$;

-- The batch's own three signatures and the plan's three must be on one digest, and no plan of the batch may hold
-- money that has not been given back.
CREATE OR REPLACE FUNCTION funding_plan_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (program.code, batch.area_code, batch.fiscal_year, batch.case_no, batch.total_fen)::ledger_ground
    FROM funding_cashplan AS plan
    INNER JOIN batches_paymentbatch AS batch ON plan.batch_id = batch.id
    INNER JOIN catalog_program AS program ON batch.program_id = program.id
    WHERE plan.id = fact AND plan.state = 'approved' AND batch.state = 'approved'
        AND plan.declared_fen = batch.total_fen AND plan.digest = batch.digest AND plan.case_no = batch.case_no
        AND funding_decided('payment_batch', batch.id, batch.digest, ARRAY['assemble', 'review', 'approve'])
        AND funding_decided('cash_plan', plan.id, batch.digest, ARRAY['apply', 'verify', 'approve'])
        AND NOT EXISTS (
            SELECT 1 FROM funding_cashplan AS other
            WHERE other.batch_id = plan.batch_id AND other.id <> plan.id
                AND funding_has_moved('plan', other.id) AND NOT funding_has_moved('unplan', other.id)
        )
$$;

CREATE OR REPLACE FUNCTION funding_unplan_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (program.code, batch.area_code, batch.fiscal_year, batch.case_no, plan.declared_fen)::ledger_ground
    FROM funding_cashplan AS plan
    INNER JOIN batches_paymentbatch AS batch ON plan.batch_id = batch.id
    INNER JOIN catalog_program AS program ON batch.program_id = program.id
    WHERE plan.id = fact AND plan.state = 'sent_back'
        AND funding_decided('cash_plan', plan.id, plan.digest, ARRAY['withdraw'])
        AND funding_has_moved('plan', plan.id)
        AND NOT EXISTS (SELECT 1 FROM funding_drawdown AS made
                        WHERE made.cash_plan_id = plan.id AND made.state = 'made')
$$;

-- I9, I14: the planned money of one approved plan, to the department's zero-balance account and nowhere else.
CREATE OR REPLACE FUNCTION funding_draw_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT (program.code, batch.area_code, batch.fiscal_year, batch.case_no, drawdown.amount_fen)::ledger_ground
    FROM funding_drawdown AS drawdown
    INNER JOIN funding_cashplan AS plan ON drawdown.cash_plan_id = plan.id
    INNER JOIN batches_paymentbatch AS batch ON plan.batch_id = batch.id
    INNER JOIN catalog_program AS program ON batch.program_id = program.id
    WHERE drawdown.id = fact AND drawdown.state = 'made' AND plan.state = 'approved' AND batch.state = 'approved'
        AND drawdown.amount_fen = batch.total_fen AND plan.declared_fen = batch.total_fen
        AND drawdown.digest = batch.digest AND plan.digest = batch.digest
        AND funding_decided('cash_plan', plan.id, batch.digest, ARRAY['apply', 'verify', 'approve'])
        AND funding_decided('drawdown', drawdown.id, batch.digest, ARRAY['make'])
        AND funding_has_moved('plan', plan.id) AND NOT funding_has_moved('unplan', plan.id)
$$;
