-- Money wrongly paid comes back (K5): a demand on one credited payment, receipts on it by voucher, each moving its fen
-- from credited to suspense, whence a refund takes them to the treasury.

CREATE OR REPLACE FUNCTION payments_received_fen(recovery bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(receipt.amount_fen), 0)::bigint FROM payments_recoveryreceipt AS receipt
    WHERE receipt.recovery_id = recovery AND receipt.state = 'confirmed'
$$;

-- What is or was demanded back of a payment: live demands in full, withdrawn ones with what had come in.
CREATE OR REPLACE FUNCTION payments_demanded_fen(of_year smallint, payment bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(CASE recovery.state
        WHEN 'sent_back' THEN 0
        WHEN 'withdrawn' THEN payments_received_fen(recovery.id)
        ELSE recovery.amount_fen
    END), 0)::bigint
    FROM payments_recovery AS recovery WHERE recovery.fiscal_year = of_year AND recovery.payment_id = payment
$$;

CREATE OR REPLACE FUNCTION payments_recovery_digest(recovery bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        subject.no, subject.batch_id, subject.fiscal_year, subject.payment_id, subject.cause, subject.amount_fen,
        subject.demanded_on, subject.due_on, subject.reason)::text, 'UTF8')), 'hex')
    FROM payments_recovery AS subject WHERE subject.id = recovery
$$;

CREATE OR REPLACE FUNCTION payments_receipt_digest(receipt bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(jsonb_build_array(
        subject.id, subject.recovery_id, subject.amount_fen, subject.voucher_no, subject.received_on)::text, 'UTF8')),
        'hex')
    FROM payments_recoveryreceipt AS subject WHERE subject.id = receipt
$$;

-- Whoever writes: never more is demanded back than was credited and did not come back by itself.
CREATE OR REPLACE FUNCTION payments_check_recovery() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    credited_fen bigint;
BEGIN
    SELECT state.amount_fen INTO credited_fen FROM payments_paymentstate AS state
    INNER JOIN payments_paymentrequest AS request ON state.request_id = request.id
    WHERE state.fiscal_year = new.fiscal_year AND state.payment_id = new.payment_id AND state.state = 'credited'
        AND request.batch_id = new.batch_id;
    IF payments_demanded_fen(new.fiscal_year, new.payment_id) > coalesce(credited_fen, 0) THEN
        RAISE EXCEPTION '追回的金额不能超过已经到账、还没有收回的金额。' USING ERRCODE = 'YK090';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER within_the_credit AFTER INSERT OR UPDATE ON payments_recovery
FOR EACH ROW EXECUTE FUNCTION payments_check_recovery();

-- Receipts together never bring more than was demanded, and only on a demand that finance approved.
CREATE OR REPLACE FUNCTION payments_check_receipt() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    demand payments_recovery;
    brought_fen bigint;
BEGIN
    SELECT * INTO STRICT demand FROM payments_recovery WHERE id = new.recovery_id FOR UPDATE;
    SELECT coalesce(sum(receipt.amount_fen), 0) INTO brought_fen FROM payments_recoveryreceipt AS receipt
    WHERE receipt.recovery_id = demand.id AND receipt.state <> 'sent_back';
    IF new.state <> 'sent_back' AND demand.state <> 'approved' THEN
        RAISE EXCEPTION '这份追缴还没有批准，或者已经撤销，不能登记收款。' USING ERRCODE = 'YK091';
    END IF;
    IF brought_fen > demand.amount_fen THEN
        RAISE EXCEPTION '收回的金额合计超过了应追回的 %。请核对收款凭证。', batches_yuan(demand.amount_fen)
            USING ERRCODE = 'YK092';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER within_the_demand AFTER INSERT OR UPDATE ON payments_recoveryreceipt
FOR EACH ROW EXECUTE FUNCTION payments_check_receipt();

SELECT core_begin_in('payments_recovery', 'drafted');

SELECT core_begin_in('payments_recoveryreceipt', 'drafted');

CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE ON payments_recovery
FOR EACH ROW WHEN (old.state <> 'drafted') EXECUTE FUNCTION batches_keep_facts('state', 'version');

CREATE OR REPLACE TRIGGER recovery_kept BEFORE DELETE ON payments_recovery
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts();

CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE ON payments_recoveryreceipt
FOR EACH ROW WHEN (old.state <> 'drafted') EXECUTE FUNCTION batches_keep_facts('state', 'version');

CREATE OR REPLACE TRIGGER receipt_kept BEFORE DELETE ON payments_recoveryreceipt
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts();

CREATE OR REPLACE FUNCTION payments_prepare_recovery(
    batch bigint, payment bigint, given_cause text, fen bigint, demanded date, due date, given_reason text,
    official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject batches_paymentbatch := payments_lock_batch(batch, 'refund_prepare', official);
    recovery bigint;
    recovery_digest text;
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payments_paymentstate AS state
        INNER JOIN payments_paymentrequest AS request ON state.request_id = request.id
        WHERE state.fiscal_year = subject.fiscal_year AND state.payment_id = payment AND request.batch_id = batch
            AND state.state = 'credited' AND request.state = 'closed'
    ) THEN
        RAISE EXCEPTION '只能追回已经到账、并且与银行对平了的钱。' USING ERRCODE = 'YK090';
    END IF;
    INSERT INTO payments_recovery (no, batch_id, fiscal_year, payment_id, cause, amount_fen, demanded_on, due_on, reason,
                                   state, version, digest, case_no, area_code, agency_id)
    SELECT subject.no || '-Z' || (SELECT count(*) + 1 FROM payments_recovery WHERE batch_id = batch), batch,
           subject.fiscal_year, payment, given_cause, fen, demanded, due, btrim(given_reason), 'drafted', 0, '',
           subject.case_no, subject.area_code, subject.agency_id
    RETURNING id INTO recovery;
    recovery_digest := payments_recovery_digest(recovery);
    UPDATE payments_recovery SET digest = recovery_digest WHERE id = recovery;
    PERFORM core_take('recovery', recovery, 'prepare', official, business_moment, 0, recovery_digest, '');
    RETURN recovery;
END
$$;

CREATE OR REPLACE FUNCTION payments_recovery_objection(recovery bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN payments_recovery_digest(recovery) IS DISTINCT FROM subject.digest
        THEN '追缴内容与登记时的数据指纹不一样，说明被改动过。请报告系统管理员，不要签字。' END
    FROM payments_recovery AS subject WHERE subject.id = recovery
$$;

-- Guard of withdrawing a demand: money on its way is dealt with first.
CREATE OR REPLACE FUNCTION payments_withdraw_objection(recovery bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '还有收款在等财政确认，请先确认或退回再撤销。'
    FROM payments_recoveryreceipt AS receipt
    WHERE receipt.recovery_id = recovery AND receipt.state IN ('drafted', 'recorded')
    LIMIT 1
$$;

CREATE OR REPLACE FUNCTION payments_record_receipt(
    recovery bigint, fen bigint, voucher text, received date, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    demand payments_recovery;
    receipt bigint;
    receipt_digest text;
BEGIN
    SELECT * INTO demand FROM payments_recovery WHERE id = recovery FOR UPDATE;
    IF demand.id IS NULL
        OR core_appointment_for(official, 'refund_prepare', demand.area_code, demand.agency_id) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF EXISTS (SELECT 1 FROM payments_recoveryreceipt AS other WHERE other.area_code = demand.area_code
               AND other.voucher_no = btrim(voucher) AND other.state IN ('recorded', 'confirmed')) THEN
        RAISE EXCEPTION '收款凭证 % 已经登记过了，请核对。', btrim(voucher) USING ERRCODE = 'YK092';
    END IF;
    IF received > (core_now() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RAISE EXCEPTION '收款日不能晚于今天。' USING ERRCODE = 'YK092';
    END IF;
    INSERT INTO payments_recoveryreceipt (recovery_id, amount_fen, voucher_no, received_on, state, version, digest,
                                          case_no, area_code, agency_id)
    VALUES (recovery, fen, btrim(voucher), received, 'drafted', 0, '', demand.case_no, demand.area_code,
            demand.agency_id)
    RETURNING id INTO receipt;
    receipt_digest := payments_receipt_digest(receipt);
    UPDATE payments_recoveryreceipt SET digest = receipt_digest WHERE id = receipt;
    PERFORM core_take('recovery_receipt', receipt, 'record', official, business_moment, 0, receipt_digest, '');
    RETURN receipt;
END
$$;

CREATE OR REPLACE FUNCTION payments_receipt_objection(receipt bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN payments_receipt_digest(receipt) IS DISTINCT FROM subject.digest
            THEN '收款内容与登记时的数据指纹不一样，说明被改动过。请报告系统管理员，不要签字。'
        WHEN demand.state <> 'approved' THEN '这份追缴还没有批准，或者已经撤销，不能收款。'
        WHEN NOT EXISTS (
            SELECT 1 FROM payments_paymentstate AS state
            WHERE state.fiscal_year = demand.fiscal_year AND state.payment_id = demand.payment_id
                AND state.state = 'credited'
        ) THEN '这笔钱已经由银行退回，不能再收。请把收款退还本人并撤销追缴。'
    END
    FROM payments_recoveryreceipt AS subject
    INNER JOIN payments_recovery AS demand ON subject.recovery_id = demand.id
    WHERE subject.id = receipt
$$;

-- A receipt that two distinct officials recorded and confirmed, on a demand that two prepared and approved.
CREATE OR REPLACE FUNCTION payments_recover_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT program.code, demand.area_code, demand.fiscal_year, demand.case_no, subject.amount_fen
    FROM payments_recoveryreceipt AS subject
    INNER JOIN payments_recovery AS demand ON subject.recovery_id = demand.id
    INNER JOIN batches_paymentbatch AS batch ON demand.batch_id = batch.id
    INNER JOIN catalog_program AS program ON batch.program_id = program.id
    WHERE subject.id = fact AND subject.state = 'confirmed' AND demand.state = 'approved'
        AND payments_receipt_digest(subject.id) = subject.digest
        AND payments_recovery_digest(demand.id) = demand.digest
        AND (SELECT count(DISTINCT (decision.duty, decision.official_id)) FROM core_decision AS decision
             WHERE decision.flow = 'recovery_receipt' AND decision.subject_id = fact
                 AND decision.digest = subject.digest AND decision.verb IN ('record', 'confirm')) = 2
        AND (SELECT count(DISTINCT (decision.duty, decision.official_id)) FROM core_decision AS decision
             WHERE decision.flow = 'recovery' AND decision.subject_id = demand.id
                 AND decision.digest = demand.digest AND decision.verb IN ('prepare', 'approve')) = 2
$$;

-- Confirmed receipts go back to the treasury, and not later than the month they came in (K4: 按月清零).
CREATE OR REPLACE FUNCTION payments_prepare_receipt_refund(
    batch bigint, receipts bigint[], voucher text, official bigint, business_moment timestamptz, note text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject batches_paymentbatch := payments_lock_batch(batch, 'refund_prepare', official);
    refund bigint;
    sums record;
BEGIN
    SELECT count(*) AS count, sum(receipt.amount_fen)::bigint AS total_fen, min(receipt.received_on) AS received_on
    INTO sums FROM payments_recoveryreceipt AS receipt
    INNER JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
    WHERE demand.batch_id = batch AND receipt.id = ANY (receipts) AND receipt.state = 'confirmed';
    IF sums.count = 0 OR sums.count <> coalesce(cardinality(receipts), 0) THEN
        RAISE EXCEPTION '请先选出要上缴国库的收款，再刷新核对一遍。' USING ERRCODE = 'YK067';
    END IF;
    refund := payments_new_refund(subject, 'not_entitled', sums.received_on, voucher, sums.count, sums.total_fen);
    INSERT INTO payments_refundline (refund_id, fiscal_year, receipt_id, amount_fen)
    SELECT refund, subject.fiscal_year, receipt.id, receipt.amount_fen FROM payments_recoveryreceipt AS receipt
    WHERE receipt.id = ANY (receipts) ORDER BY receipt.id;
    PERFORM payments_sign_refund(refund, official, business_moment, note);
    RETURN refund;
END
$$;

-- A receipt goes to the treasury by one refund only, of its own batch and amount, and only once it was confirmed.
CREATE OR REPLACE FUNCTION payments_check_refunded_receipt() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM payments_recoveryreceipt AS receipt
        INNER JOIN payments_recovery AS demand ON receipt.recovery_id = demand.id
        INNER JOIN payments_refund AS refund ON refund.id = new.refund_id AND refund.batch_id = demand.batch_id
        WHERE receipt.id = new.receipt_id AND receipt.state = 'confirmed' AND receipt.amount_fen = new.amount_fen
            AND demand.fiscal_year = new.fiscal_year
    ) THEN
        RAISE EXCEPTION '只能上缴财政确认过的收款，金额要一致。' USING ERRCODE = 'YK067';
    END IF;
    IF EXISTS (
        SELECT 1 FROM payments_refundline AS line
        INNER JOIN payments_refund AS refund ON line.refund_id = refund.id
        WHERE line.receipt_id = new.receipt_id AND line.id <> new.id AND refund.state <> 'sent_back'
    ) THEN
        RAISE EXCEPTION '其中有收款已经在上缴国库，请刷新后再选。' USING ERRCODE = 'YK067';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER receipt_is_refunded_once AFTER INSERT ON payments_refundline
FOR EACH ROW WHEN (new.receipt_id IS NOT NULL) EXECUTE FUNCTION payments_check_refunded_receipt();
