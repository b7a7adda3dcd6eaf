-- Filing: the only way a payment comes to be. Request, payments and the clerk's decision are written together or not at
-- all, and core_take decides whether this clerk may (I10).

-- Locks the batch, so that of two who file at once one waits and then sees what the other did.
CREATE OR REPLACE FUNCTION payments_lock_batch(
    batch bigint, needed text, official bigint, OUT subject batches_paymentbatch
)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT * INTO subject FROM batches_paymentbatch WHERE id = batch FOR UPDATE;
    IF subject.id IS NULL
        OR core_appointment_for(official, needed, subject.area_code, subject.agency_id) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION payments_new_request(
    subject batches_paymentbatch, request_kind text, payment_count bigint, payment_fen bigint
) RETURNS payments_paymentrequest
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    request payments_paymentrequest;
BEGIN
    INSERT INTO payments_paymentrequest (no, batch_id, kind, mode, fiscal_year, count, total_fen, state, version, digest,
                                         case_no, area_code, agency_id)
    SELECT subject.no || '-R' || (SELECT count(*) + 1 FROM payments_paymentrequest WHERE batch_id = subject.id),
           subject.id, request_kind, cycle.paying_mode, subject.fiscal_year, payment_count, payment_fen,
           'drafted', 0, '', subject.case_no, subject.area_code, subject.agency_id
    FROM catalog_cycle AS cycle WHERE cycle.id = subject.cycle_id
    RETURNING * INTO STRICT request;
    RETURN request;
END
$$;

-- What was written is counted and hashed, and must be what the request says; then the clerk signs that digest.
CREATE OR REPLACE FUNCTION payments_sign_filing(
    request bigint, official bigint, business_moment timestamptz, note text
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    subject payments_paymentrequest;
    found record;
BEGIN
    SELECT * INTO STRICT subject FROM payments_paymentrequest WHERE id = request;
    SELECT * INTO STRICT found FROM payments_figures(request);
    IF (found.line_count, found.line_fen) IS DISTINCT FROM (subject.count, subject.total_fen) THEN
        RAISE EXCEPTION '发放明细与批次的笔数或金额不一致，不能发放。' USING ERRCODE = 'YK008';
    END IF;
    UPDATE payments_paymentrequest SET digest = found.digest WHERE id = request;
    PERFORM core_take('payment_request', request, 'file', official, business_moment, 0, found.digest, note);
END
$$;

CREATE OR REPLACE FUNCTION payments_file(
    batch bigint, seen_digest text, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
DECLARE
    subject batches_paymentbatch := payments_lock_batch(batch, 'request_file', official);
    request payments_paymentrequest;
    objection text;
BEGIN
    IF EXISTS (SELECT 1 FROM payments_paymentrequest WHERE batch_id = batch AND kind = 'first') THEN
        RAISE EXCEPTION '这一批已经申请过发放，请刷新后再看。' USING ERRCODE = 'YK002';
    END IF;
    IF subject.digest <> seen_digest THEN
        RAISE EXCEPTION '数据指纹与您看到的不一样，说明内容变了。请刷新后重新核对。' USING ERRCODE = 'YK003';
    END IF;
    objection := payments_batch_objection(batch);
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK008';
    END IF;
    request := payments_new_request(subject, 'first', subject.count, subject.total_fen);
    INSERT INTO payments_payment (fiscal_year, county_code, entitlement_id, attempt, request_id, payee_id, card_id,
                                  amount_fen, end_to_end_id)
    SELECT entitlement.fiscal_year, entitlement.county_code, entitlement.id, 1, request.id, entitlement.payee_id,
           entitlement.card_id, entitlement.amount_fen, 'E' || entitlement.id || '-1'
    FROM batches_entitlement AS entitlement
    WHERE entitlement.batch_id = batch AND entitlement.fiscal_year = subject.fiscal_year
    ORDER BY entitlement.id;
    PERFORM payments_sign_filing(request.id, official, business_moment, '');
    RETURN request.id;
END
$$;

-- The last attempt of an entitlement, those of voided reissues among them: a number is never used again.
CREATE OR REPLACE FUNCTION payments_latest_attempt(of_year smallint, entitlement bigint) RETURNS smallint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT max(payment.attempt) FROM payments_payment AS payment
    WHERE payment.fiscal_year = of_year AND payment.entitlement_id = entitlement
$$;

-- K1: corrected money is paid again through the same procedure; amount and payee stay, the card is the payee's present
-- one. ``note`` says what was corrected.
CREATE OR REPLACE FUNCTION payments_file_reissue(
    batch bigint, outcomes bigint[], official bigint, business_moment timestamptz, note text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject batches_paymentbatch := payments_lock_batch(batch, 'request_file', official);
    found_count bigint;
    found_fen bigint;
    held_count bigint;
    cooling_on date;
    booked text;
BEGIN
    SELECT count(*), sum(stuck.amount_fen), count(*) FILTER (WHERE coalesce(stuck.hold, stuck.obstacle) IS NOT NULL),
           max(stuck.usable_on) FILTER (WHERE stuck.obstacle = 'cooling'),
           payments_unreturned_sentence(count(*) FILTER (WHERE stuck.hold = 'booked'),
                                        min(stuck.end_to_end_id) FILTER (WHERE stuck.hold = 'booked'))
    INTO found_count, found_fen, held_count, cooling_on, booked
    FROM payments_stuckpayment AS stuck
    WHERE stuck.batch_id = batch AND stuck.fiscal_year = subject.fiscal_year AND stuck.outcome_id = ANY (outcomes);
    IF found_count = 0 OR found_count <> coalesce(cardinality(outcomes), 0) THEN
        RAISE EXCEPTION '请先选出要重新发放的人，再刷新核对一遍。' USING ERRCODE = 'YK061';
    END IF;
    IF booked IS NOT NULL THEN
        RAISE EXCEPTION '%', booked USING ERRCODE = 'YK068';
    END IF;
    IF held_count > 0 THEN
        RAISE EXCEPTION '选中的有 % 笔现在还不能重新发放（没有换卡、已在处理，或与银行没有对平%）。请刷新后再选。', held_count,
            coalesce('；新换的卡在冷静期内，' || cooling_on || ' 起可以发', '')
            USING ERRCODE = 'YK061';
    END IF;
    RETURN payments_file_again(subject, 'reissue', outcomes, found_count, found_fen, official, business_moment, note);
END
$$;

-- The request for payments that failed or came back, which it claims: a reissue to their payees' present cards, or the
-- acceptance of what the bank paid onto the card of an earlier attempt.
CREATE OR REPLACE FUNCTION payments_file_again(
    subject batches_paymentbatch, request_kind text, outcomes bigint[], found_count bigint, found_fen bigint,
    official bigint, business_moment timestamptz, note text
) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    request payments_paymentrequest;
BEGIN
    request := payments_new_request(subject, request_kind, found_count, found_fen);
    INSERT INTO payments_outcomeclaim (fiscal_year, outcome_id, request_id)
    SELECT subject.fiscal_year, claimed, request.id FROM unnest(outcomes) AS claimed;
    INSERT INTO payments_payment (fiscal_year, county_code, entitlement_id, attempt, request_id, payee_id, card_id,
                                  amount_fen, end_to_end_id, retries_outcome_id)
    SELECT stuck.fiscal_year, stuck.area_code, stuck.entitlement_id, latest.attempt + 1, request.id, stuck.payee_id,
           CASE request_kind WHEN 'accepted' THEN booked.card_id ELSE stuck.card_now_id END, stuck.amount_fen,
           'E' || stuck.entitlement_id || '-' || (latest.attempt + 1), stuck.outcome_id
    FROM payments_stuckpayment AS stuck
    CROSS JOIN LATERAL payments_latest_attempt(stuck.fiscal_year, stuck.entitlement_id) AS latest (attempt)
    LEFT JOIN LATERAL (
        SELECT one.card_id FROM payments_unreturned AS one
        WHERE request_kind = 'accepted' AND one.fiscal_year = stuck.fiscal_year
            AND one.entitlement_id = stuck.entitlement_id
        ORDER BY one.attempt LIMIT 1
    ) AS booked ON TRUE
    WHERE stuck.fiscal_year = subject.fiscal_year AND stuck.outcome_id = ANY (outcomes)
    ORDER BY stuck.outcome_id;
    PERFORM payments_sign_filing(request.id, official, business_moment, note);
    RETURN request.id;
END
$$;
