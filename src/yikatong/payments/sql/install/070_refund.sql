-- Money that goes back to the treasury (K2, K4). The refund, its lines, the claims and the clerk's decision in one go.
CREATE OR REPLACE FUNCTION payments_refund_digest(refund bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(
        concat_ws('|', subject.no, subject.cause, subject.due_on, subject.voucher_no, (
            SELECT string_agg(
                coalesce(line.outcome_id::text, 'R' || line.receipt_id) || ':' || line.amount_fen,
                ',' ORDER BY line.outcome_id, line.receipt_id
            )
            FROM payments_refundline AS line WHERE line.refund_id = subject.id
        )), 'UTF8')), 'hex')
    FROM payments_refund AS subject WHERE subject.id = refund
$$;

-- 「因重复领取、死亡冒领等退回…按月清零」: such money may not see the next month; what cannot be corrected, the next year.
CREATE OR REPLACE FUNCTION payments_refund_due_on(cause text, failed_on date) RETURNS date
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE cause
        WHEN 'not_entitled' THEN (date_trunc('month', failed_on) + interval '1 month - 1 day')::date
        ELSE make_date(extract(YEAR FROM failed_on)::integer, 12, 31)
    END
$$;

CREATE OR REPLACE FUNCTION payments_new_refund(
    subject batches_paymentbatch, given_cause text, since date, voucher text, line_count bigint, line_fen bigint
) RETURNS bigint
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO payments_refund (no, batch_id, cause, due_on, voucher_no, fiscal_year, count, total_fen, state, version,
                                 digest, case_no, area_code, agency_id)
    SELECT subject.no || '-T' || (SELECT count(*) + 1 FROM payments_refund WHERE batch_id = subject.id), subject.id,
           given_cause, payments_refund_due_on(given_cause, since), voucher, subject.fiscal_year, line_count, line_fen,
           'drafted', 0, '', subject.case_no, subject.area_code, subject.agency_id
    RETURNING id
$$;

CREATE OR REPLACE FUNCTION payments_sign_refund(
    refund bigint, official bigint, business_moment timestamptz, note text
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    refund_digest text := payments_refund_digest(refund);
BEGIN
    UPDATE payments_refund SET digest = refund_digest WHERE id = refund;
    PERFORM core_take('refund', refund, 'prepare', official, business_moment, 0, refund_digest, note);
END
$$;

CREATE OR REPLACE FUNCTION payments_prepare_refund(
    batch bigint, given_cause text, outcomes bigint[], voucher text, official bigint, business_moment timestamptz,
    note text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject batches_paymentbatch := payments_lock_batch(batch, 'refund_prepare', official);
    refund bigint;
    sums record;
BEGIN
    SELECT count(*) AS count, sum(stuck.amount_fen)::bigint AS total_fen, min(stuck.booked_on) AS failed_on,
           count(*) FILTER (WHERE stuck.hold IS NOT NULL) AS held_count,
           payments_unreturned_sentence(count(*) FILTER (WHERE stuck.hold = 'booked'),
                                        min(stuck.end_to_end_id) FILTER (WHERE stuck.hold = 'booked')) AS booked
    INTO sums FROM payments_stuckpayment AS stuck
    WHERE stuck.batch_id = batch AND stuck.fiscal_year = subject.fiscal_year AND stuck.outcome_id = ANY (outcomes);
    IF sums.count = 0 OR sums.count <> coalesce(cardinality(outcomes), 0) THEN
        RAISE EXCEPTION '请先选出要退回财政的人，再刷新核对一遍。' USING ERRCODE = 'YK067';
    END IF;
    IF sums.booked IS NOT NULL THEN
        RAISE EXCEPTION '%', sums.booked USING ERRCODE = 'YK068';
    END IF;
    IF sums.held_count > 0 THEN
        RAISE EXCEPTION '选中的有 % 笔现在还不能退回财政（已在处理，或与银行没有对平）。请刷新后再选。', sums.held_count
            USING ERRCODE = 'YK067';
    END IF;
    refund := payments_new_refund(subject, given_cause, sums.failed_on, voucher, sums.count, sums.total_fen);
    INSERT INTO payments_refundline (refund_id, fiscal_year, outcome_id, amount_fen)
    SELECT refund, stuck.fiscal_year, stuck.outcome_id, stuck.amount_fen FROM payments_stuckpayment AS stuck
    WHERE stuck.fiscal_year = subject.fiscal_year AND stuck.outcome_id = ANY (outcomes) ORDER BY stuck.outcome_id;
    INSERT INTO payments_outcomeclaim (fiscal_year, outcome_id, refund_id)
    SELECT line.fiscal_year, line.outcome_id, refund FROM payments_refundline AS line WHERE line.refund_id = refund;
    PERFORM payments_sign_refund(refund, official, business_moment, note);
    RETURN refund;
END
$$;

-- Guard of preparing and approving: the lines are what the refund says, each of them held for it alone.
CREATE OR REPLACE FUNCTION payments_refund_objection(refund bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN (found.count, found.total_fen) IS DISTINCT FROM (subject.count, subject.total_fen)
            THEN '退回明细与退回单的笔数或金额不一致，不能办理。'
        WHEN payments_refund_digest(subject.id) <> subject.digest THEN '退回明细的数据指纹变了，内容被改动过，不能办理。'
        ELSE payments_unreturned_sentence(found.booked_count, found.booked_example)
    END
    FROM payments_refund AS subject
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(sum(line.amount_fen), 0)::bigint AS total_fen,
               count(booked.end_to_end_id) AS booked_count, min(booked.end_to_end_id) AS booked_example
        FROM payments_refundline AS line
        LEFT JOIN payments_outcomeclaim AS claim
            ON claim.fiscal_year = line.fiscal_year AND claim.outcome_id = line.outcome_id
            AND claim.refund_id = line.refund_id
        LEFT JOIN payments_paymentoutcome AS outcome
            ON outcome.fiscal_year = line.fiscal_year AND outcome.id = claim.outcome_id
            AND outcome.amount_fen = line.amount_fen
        -- Money that was paid through another file after all is not there to be given back.
        LEFT JOIN LATERAL (
            SELECT told.end_to_end_id FROM payments_payment AS own
            CROSS JOIN LATERAL (
                SELECT one.end_to_end_id, one.attempt FROM payments_unreturned AS one
                WHERE one.fiscal_year = own.fiscal_year AND one.entitlement_id = own.entitlement_id
                OFFSET 0
            ) AS told
            WHERE own.fiscal_year = outcome.fiscal_year AND own.id = outcome.payment_id
            ORDER BY told.attempt LIMIT 1
        ) AS booked ON TRUE
        LEFT JOIN payments_recoveryreceipt AS receipt
            ON receipt.id = line.receipt_id AND receipt.state = 'confirmed' AND receipt.amount_fen = line.amount_fen
        WHERE line.refund_id = subject.id AND coalesce(outcome.id, receipt.id) IS NOT NULL
    ) AS found
    WHERE subject.id = refund
$$;

-- A refund that was sent back gives its outcomes free for another refund or a reissue; returns how many.
CREATE OR REPLACE FUNCTION payments_free_claims(refund bigint) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH freed AS (
        DELETE FROM payments_outcomeclaim AS claim USING payments_refund AS subject
        WHERE claim.refund_id = refund AND subject.id = refund AND subject.state = 'sent_back'
        RETURNING 1
    )
    SELECT count(*) FROM freed
$$;
