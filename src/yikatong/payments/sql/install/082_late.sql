-- Paying after all what went back as uncorrectable (K3): a batch assembled from the lines owed instead of from rosters.
-- It then goes the usual way: review, approval, cash plan against that year's allotment, drawdown, request. The people
-- and amounts were published and sealed when they were first due, so each line keeps its roster and line.

-- Who is still owed: refunded as uncorrectable. ``batch_id`` is the batch that pays it after all, NULL while none does.
-- What was refunded because the person is not entitled is not owed and never stands here.
CREATE OR REPLACE VIEW payments_owedline AS
SELECT
    line.fiscal_year,
    line.outcome_id,
    refund.id AS refund_id,
    refund.no AS refund_no,
    refund.voucher_no,
    refund.area_code,
    refund.agency_id,
    entitlement.id AS entitlement_id,
    entitlement.program_id,
    entitlement.cycle_id,
    payment.payee_id,
    payment.card_id,
    present.card_id AS card_now_id,
    line.amount_fen,
    outcome.reason_words,
    outcome.booked_on,
    claim.batch_id,
    changed.usable_on,
    CASE
        WHEN claim.batch_id IS NOT NULL THEN 'claimed'
        -- By its key, as in payments_stuckpayment.
        WHEN EXISTS (
                SELECT 1 FROM payments_unreturned AS one
                WHERE one.fiscal_year = payment.fiscal_year AND one.entitlement_id = payment.entitlement_id
                ORDER BY one.attempt OFFSET 0
            ) THEN 'booked'
        WHEN outcome.action = 'stop-deceased' THEN 'stopped'
        WHEN present.card_id IS NULL THEN 'no_card'
        WHEN outcome.action = 'fix-card' AND outcome.reason_code <> 'BE01' AND present.card_id = payment.card_id
            THEN 'same_card'
        WHEN changed.usable_on > (core_now() AT TIME ZONE 'Asia/Shanghai')::date THEN 'cooling'
    END AS obstacle
FROM payments_refund AS refund
INNER JOIN payments_refundline AS line ON refund.id = line.refund_id
INNER JOIN payments_paymentoutcome AS outcome
    ON line.fiscal_year = outcome.fiscal_year AND line.outcome_id = outcome.id
INNER JOIN payments_payment AS payment
    ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
INNER JOIN batches_entitlement AS entitlement
    ON payment.fiscal_year = entitlement.fiscal_year AND payment.entitlement_id = entitlement.id
LEFT JOIN registry_payeecard AS present ON payment.payee_id = present.person_id
LEFT JOIN registry_usablecard AS changed ON present.card_id = changed.card_id AND payment.card_id <> present.card_id
LEFT JOIN payments_lateclaim AS claim
    ON line.fiscal_year = claim.fiscal_year AND line.outcome_id = claim.outcome_id
WHERE refund.state = 'approved' AND refund.cause = 'uncorrectable';

-- The last that used it is a view now.
DROP FUNCTION IF EXISTS registry_card_usable_on(bigint);

SELECT core_append_only('payments_lateline');

-- A late entitlement pays one refunded line to the same person: beneficiary, payee and program as then, not more than
-- went back, and only what went back as uncorrectable. Its claim is held by the same batch.
CREATE OR REPLACE FUNCTION payments_check_late_lines() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    stray bigint;
BEGIN
    SELECT count(*) INTO stray FROM fresh
    LEFT JOIN payments_owedline AS owed
        ON owed.fiscal_year = fresh.fiscal_year AND owed.outcome_id = fresh.outcome_id
    LEFT JOIN batches_entitlement AS first
        ON first.fiscal_year = owed.fiscal_year AND first.id = owed.entitlement_id
    LEFT JOIN batches_entitlement AS late
        ON late.fiscal_year = fresh.late_year AND late.id = fresh.entitlement_id
    WHERE owed.outcome_id IS NULL OR late.id IS NULL OR owed.batch_id IS DISTINCT FROM fresh.batch_id
        OR late.batch_id <> fresh.batch_id OR late.kind <> 'late' OR late.fiscal_year < first.fiscal_year
        OR late.amount_fen <> fresh.amount_fen OR fresh.amount_fen > owed.amount_fen
        OR (late.program_id, late.cycle_id, late.beneficiary_id, late.payee_id, late.occasion)
            IS DISTINCT FROM (first.program_id, first.cycle_id, first.beneficiary_id, first.payee_id, first.occasion);
    IF stray > 0 THEN
        RAISE EXCEPTION '有 % 笔与退回国库的明细不一致，不能补发。只有“当年无法纠错”退回的钱可以更正后补发，金额不超过退回的金额。', stray
            USING ERRCODE = 'YK093';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER late_lines_agree AFTER INSERT ON payments_lateline
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION payments_check_late_lines();

-- An entitlement of kind late has its line when the transaction that made it ends, whoever made it.
CREATE OR REPLACE FUNCTION payments_late_has_its_line() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM payments_lateline AS line
                   WHERE line.late_year = new.fiscal_year AND line.entitlement_id = new.entitlement_id) THEN
        RAISE EXCEPTION '更正后补发的明细没有对应的退库明细，不能写入。' USING ERRCODE = 'YK093';
    END IF;
    RETURN NULL;
END
$$;

-- On the claims, which stand beside the entitlements of live batches one to one; few of them are of kind late.
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_trigger
                   WHERE tgrelid = 'batches_claim'::regclass AND tgname = 'late_has_its_line') THEN
        CREATE CONSTRAINT TRIGGER late_has_its_line AFTER INSERT ON batches_claim DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (new.kind = 'late') EXECUTE FUNCTION payments_late_has_its_line();
    END IF;
END
$$;

-- A late claim is given up only by a void batch.
CREATE OR REPLACE FUNCTION payments_keep_late_claims() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' AND EXISTS (
        SELECT 1 FROM batches_paymentbatch AS batch WHERE batch.id = old.batch_id AND batch.state = 'void'
    ) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION '这笔钱已经在补发，不能再次补发。' USING ERRCODE = 'YK093';
END
$$;

CREATE OR REPLACE TRIGGER claims_stay BEFORE UPDATE OR DELETE ON payments_lateclaim
FOR EACH ROW EXECUTE FUNCTION payments_keep_late_claims();

CREATE OR REPLACE FUNCTION payments_free_late() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM payments_lateclaim WHERE batch_id = new.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER freed_late AFTER UPDATE OF state ON batches_paymentbatch
FOR EACH ROW WHEN (new.state = 'void') EXECUTE FUNCTION payments_free_late();

-- The batch of a cycle's lines that are owed, in this year's money. Whether the official may is judged by core_take.
CREATE OR REPLACE FUNCTION payments_new_late_batch(cycle bigint, of_year smallint) RETURNS bigint
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO batches_paymentbatch (
        no, case_no, program_id, cycle_id, fiscal_year, revision_no, count, total_fen, digest, state, version,
        area_code, agency_id
    )
    SELECT named.no, named.no, chosen.program_id, chosen.id, of_year, 1, 0, 0, '', 'drafted', 0, chosen.area_code,
           chosen.agency_id
    FROM catalog_cycle AS chosen CROSS JOIN (SELECT batches_next_no(cycle) AS no) AS named
    WHERE chosen.id = cycle
    RETURNING id
$$;

CREATE OR REPLACE FUNCTION payments_freeze_late(batch bigint, of_year smallint, from_year integer, outcomes bigint[])
RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO batches_entitlement (
        fiscal_year, county_code, program_id, cycle_id, batch_id, roster_id, row_key, line_id, beneficiary_id,
        payee_id, card_id, amount_fen, occasion, kind, village_code, township_code
    )
    SELECT of_year, first.county_code, first.program_id, first.cycle_id, batch, first.roster_id, first.row_key,
           first.line_id, first.beneficiary_id, first.payee_id, owed.card_now_id, owed.amount_fen, first.occasion,
           'late', first.village_code, first.township_code
    FROM payments_owedline AS owed
    INNER JOIN batches_entitlement AS first
        ON owed.fiscal_year = first.fiscal_year AND owed.entitlement_id = first.id
    WHERE owed.fiscal_year = from_year AND owed.outcome_id = ANY (outcomes)
    ORDER BY owed.outcome_id;
    INSERT INTO payments_lateclaim (fiscal_year, outcome_id, batch_id)
    SELECT from_year, owed, batch FROM unnest(outcomes) AS owed;
    INSERT INTO payments_lateline (batch_id, late_year, entitlement_id, fiscal_year, outcome_id, amount_fen)
    SELECT batch, of_year, late.id, owed.fiscal_year, owed.outcome_id, late.amount_fen
    FROM payments_owedline AS owed
    INNER JOIN batches_entitlement AS first
        ON owed.fiscal_year = first.fiscal_year AND owed.entitlement_id = first.id
    INNER JOIN batches_entitlement AS late
        ON late.fiscal_year = of_year AND late.batch_id = batch AND late.beneficiary_id = first.beneficiary_id
        AND late.occasion = first.occasion
    WHERE owed.fiscal_year = from_year AND owed.outcome_id = ANY (outcomes)
    ORDER BY late.id;
    INSERT INTO batches_claim (
        fiscal_year, program_id, cycle_id, beneficiary_id, occasion, kind, entitlement_id, batch_id
    )
    SELECT due.fiscal_year, due.program_id, due.cycle_id, due.beneficiary_id, due.occasion, due.kind, due.id,
           due.batch_id
    FROM batches_entitlement AS due WHERE due.fiscal_year = of_year AND due.batch_id = batch
$$;

CREATE OR REPLACE FUNCTION payments_assemble_late(
    cycle bigint, from_year integer, outcomes bigint[], official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    of_year smallint := extract(YEAR FROM core_now() AT TIME ZONE 'Asia/Shanghai');
    batch bigint := payments_new_late_batch(cycle, of_year);
    batch_digest text;
    found record;
BEGIN
    -- batches_next_no has locked the cycle: of two who assemble at once one waits and sees the other's claims.
    SELECT count(*) AS count, sum(owed.amount_fen)::bigint AS total_fen,
           count(*) FILTER (WHERE owed.obstacle IS NOT NULL) AS held_count,
           max(owed.usable_on) FILTER (WHERE owed.obstacle = 'cooling') AS cooling_on
    INTO found FROM payments_owedline AS owed
    WHERE owed.cycle_id = cycle AND owed.fiscal_year = from_year AND owed.outcome_id = ANY (outcomes);
    IF found.count = 0 OR found.count <> coalesce(cardinality(outcomes), 0) THEN
        RAISE EXCEPTION '请先选出要补发的人，再刷新核对一遍。只有“当年无法纠错”退回国库的钱可以补发。' USING ERRCODE = 'YK093';
    END IF;
    IF found.held_count > 0 THEN
        RAISE EXCEPTION '选中的有 % 笔现在还不能补发（没有换卡、已在补发，或者对账单上已经付出而没有退回%）。请刷新后再选。', found.held_count,
            coalesce('；新换的卡在冷静期内，' || found.cooling_on || ' 起可以发', '') USING ERRCODE = 'YK093';
    END IF;
    PERFORM payments_freeze_late(batch, of_year, from_year, outcomes);
    PERFORM batches_write_townships(batch);
    batch_digest := batches_digest(batch);
    UPDATE batches_paymentbatch SET count = found.count, total_fen = found.total_fen, digest = batch_digest
    WHERE id = batch;
    PERFORM core_take('payment_batch', batch, 'assemble', official, business_moment, 0, batch_digest, '');
    PERFORM core_record('payment_batch.frozen', 'payment_batch:' || batch, official, business_moment,
                        (SELECT jsonb_build_object('no', chosen.no, 'refunded_outcomes', to_jsonb(outcomes),
                                                   'refunded_year', from_year, 'count', chosen.count,
                                                   'total_fen', chosen.total_fen, 'digest', chosen.digest)
                         FROM batches_paymentbatch AS chosen WHERE chosen.id = batch));
    RETURN batch;
END
$$;
