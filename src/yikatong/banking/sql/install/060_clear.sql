-- What two people decide about an instruction whose fate no machine can find out (RELIABILITY 2.4).

-- Whether a verdict can be given of an instruction that stands so.
CREATE OR REPLACE FUNCTION banking_may_clear(stands text, verdict text) RETURNS boolean
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE stands WHEN 'void' THEN verdict = 'reinstated'
        ELSE stands IN ('unknown', 'refused') AND verdict IN ('received', 'not_received') END
$$;

-- The bank's operator says what was found out, with the signed day-end statement. ``verdict``: received, not_received,
-- of one whose fate is open; reinstated, of a void one that the bank paid after all. The note is as long as the event
-- of the instruction can repeat it whole.
CREATE OR REPLACE FUNCTION banking_prepare_clearance(
    instruction bigint, told_verdict text, proof bigint, told_note text, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent banking_paymentinstruction;
    subject payments_paymentrequest;
    stands text;
    prepared bigint;
    signed text;
BEGIN
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = instruction;
    subject := banking_spoken_for(sent.request_id, official);
    SELECT kind INTO stands FROM banking_instructionstate WHERE instruction_id = instruction;
    IF NOT banking_may_clear(stands, told_verdict) THEN
        RAISE EXCEPTION '只有结果未知、银行整体拒收，或者作废以后银行却办理了的指令要人工查清。' USING ERRCODE = 'YK078';
    END IF;
    IF (SELECT person.is_machine FROM core_official AS person WHERE person.id = official) THEN
        RAISE EXCEPTION '人工查清要由人来办。' USING ERRCODE = 'YK078';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM core_storedfile AS file WHERE file.id = proof AND file.kind = 'clearance_proof') THEN
        RAISE EXCEPTION '请附上银行盖章的日终对账单。' USING ERRCODE = 'YK078';
    END IF;
    signed := encode(sha256(convert_to(concat_ws('|', sent.message_id, told_verdict, (
        SELECT file.digest FROM core_storedfile AS file WHERE file.id = proof), left(btrim(told_note), 390)), 'UTF8')), 'hex');
    INSERT INTO banking_clearance (instruction_id, verdict, proof_id, note, prepared_at, state, version, digest, case_no,
        area_code, agency_id)
    VALUES (instruction, told_verdict, proof, left(btrim(told_note), 390), business_moment, 'drafted', 0, signed,
            subject.case_no, subject.area_code, subject.agency_id)
    RETURNING id INTO prepared;
    PERFORM core_take('clearance', prepared, 'prepare', official, business_moment, 0, signed, told_note);
    RETURN prepared;
END
$$;

-- The live files that hold payments of a file: they took its place when it became void.
CREATE OR REPLACE FUNCTION banking_replacements(sent banking_paymentinstruction)
RETURNS SETOF banking_paymentinstruction
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT fresh.* FROM banking_paymentinstruction AS fresh
    WHERE fresh.request_id = sent.request_id AND fresh.id <> sent.id
        AND fresh.first_payment_id <= sent.last_payment_id AND fresh.last_payment_id >= sent.first_payment_id
        AND NOT EXISTS (SELECT 1 FROM banking_voidfile AS gone WHERE gone.instruction_id = fresh.id)
$$;

-- Whether the bank itself has said since a moment that it pays nothing of a file: refused as a whole, each line of it
-- told as paid already, or asked and answered; one that it does not know must not be on its way any more.
CREATE OR REPLACE FUNCTION banking_never_pays(fresh banking_paymentinstruction, since timestamptz) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        -- Never sent, and never will be once it is void.
        WHEN stands.kind IN ('sealed', 'refused') THEN true
        WHEN asked.answer = 'refused' THEN true
        WHEN asked.answer = 'not_found' AND stands.kind = 'unknown' THEN
            NOT provider.honors_expiry OR core_now() > fresh.not_after + banking_expiry_margin()
        ELSE fresh.count = (
            SELECT count(DISTINCT problem.payment_id) FROM payments_paymentexception AS problem
            WHERE problem.request_id = fresh.request_id AND problem.fiscal_year = fresh.fiscal_year
                AND problem.kind = 'perhaps_paid'
                AND problem.payment_id BETWEEN fresh.first_payment_id AND fresh.last_payment_id
        )
    END
    FROM banking_instructionstate AS stands
    INNER JOIN banking_paymentprovider AS provider ON provider.id = fresh.provider_id
    LEFT JOIN LATERAL (
        SELECT inquiry.answer FROM banking_inquiry AS inquiry
        WHERE inquiry.instruction_id = fresh.id AND inquiry.asked_at >= since ORDER BY inquiry.id DESC LIMIT 1
    ) AS asked ON TRUE
    WHERE stands.instruction_id = fresh.id
$$;

-- Whether the bank speaks of a void file as one that it paid, and nobody has settled that; for the page.
CREATE OR REPLACE FUNCTION banking_paid_though_void(instruction bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM banking_break AS difference
        WHERE difference.request_id = gone.request_id AND difference.kind = 'paid_though_void'
    ) OR EXISTS (
        SELECT 1 FROM payments_paymentexception AS problem
        WHERE problem.request_id = gone.request_id AND problem.kind IN ('paid_though_void', 'perhaps_paid')
            AND problem.payment_id BETWEEN gone.first_payment_id AND gone.last_payment_id
            AND payments_stands_open(problem)
    )
    FROM banking_voidfile AS gone WHERE gone.instruction_id = instruction
$$;

-- Why a void file may not count after all; NULL when it may. Nobody may have been paid by it and by another one, and
-- nobody may still be paid by the one that took its place.
CREATE OR REPLACE FUNCTION banking_reinstate_objection(sent banking_paymentinstruction, since timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH booked AS MATERIALIZED (
        SELECT line.end_to_end_id, count(*) AS times, bool_and(line.message_id = sent.message_id) AS is_own
        FROM payments_payment AS payment
        INNER JOIN banking_statementline AS line ON line.end_to_end_id = payment.end_to_end_id AND line.side = 'debit'
        WHERE payment.request_id = sent.request_id AND payment.fiscal_year = sent.fiscal_year
            AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
        GROUP BY line.end_to_end_id
    ), told AS MATERIALIZED (
        SELECT problem.payment_id, count(DISTINCT nullif(problem.seen_bank_reference, '')) AS times
        FROM payments_paymentexception AS problem
        WHERE problem.request_id = sent.request_id AND problem.fiscal_year = sent.fiscal_year
            AND problem.kind IN ('paid_though_void', 'perhaps_paid') AND problem.seen_result <> 'returned'
            AND problem.payment_id BETWEEN sent.first_payment_id AND sent.last_payment_id
        GROUP BY problem.payment_id
    )
    SELECT CASE
        WHEN NOT EXISTS (SELECT 1 FROM booked) AND NOT EXISTS (SELECT 1 FROM told)
            THEN '没有一份回盘或对账单说银行办理了这份作废的指令，它不能再算数。'
        WHEN EXISTS (
            SELECT 1 FROM payments_payment AS payment
            INNER JOIN payments_paymentoutcome AS outcome
                ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
            WHERE payment.request_id = sent.request_id AND payment.fiscal_year = sent.fiscal_year
                AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
        ) THEN '换编号的指令银行已经给了结果，作废的这份不能再算数，请按回盘不符逐笔查清。'
        WHEN EXISTS (SELECT 1 FROM booked WHERE NOT booked.is_own OR booked.times > 1)
            OR EXISTS (SELECT 1 FROM told WHERE told.times > 1)
            THEN '同一笔银行付了不止一次，作废的这份不能再算数。请要求银行退回多付的，再逐笔查清。'
        ELSE (
            SELECT format('银行还没有回复说不办理换编号的指令 %s，现在不能让作废的这份算数。请银行先整体拒收那一份。',
                          string_agg(fresh.message_id, '、' ORDER BY fresh.file_no))
            FROM banking_replacements(sent) AS fresh WHERE banking_never_pays(fresh, since) IS NOT TRUE
            HAVING count(*) > 0
        )
    END
$$;

-- What still holds an approved clearance back; guard of the approval.
CREATE OR REPLACE FUNCTION banking_clearance_objection(clearance bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN NOT banking_may_clear(stands.kind, subject.verdict) THEN '这份指令已经有了结果，不用再查。'
        WHEN banking_restoration_standing() IS NOT NULL THEN '数据库还在恢复模式，先与银行逐份核清。'
        WHEN subject.verdict = 'not_received' THEN banking_void_objection(sent)
        WHEN subject.verdict = 'reinstated' THEN banking_reinstate_objection(sent, subject.prepared_at)
    END
    FROM banking_clearance AS subject
    INNER JOIN banking_paymentinstruction AS sent ON sent.id = subject.instruction_id
    INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = sent.id
    WHERE subject.id = clearance
$$;

-- An approved clearance takes effect, once: the instruction is void, or the bank has it.
CREATE OR REPLACE FUNCTION banking_apply_clearance(
    clearance bigint, official bigint, business_moment timestamptz
) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject banking_clearance;
    sent banking_paymentinstruction;
    objection text;
BEGIN
    SELECT * INTO subject FROM banking_clearance WHERE id = clearance FOR UPDATE;
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = subject.instruction_id;
    -- No report of this bank is taken in meanwhile.
    PERFORM pg_advisory_xact_lock(hashtext('banking.receive'), sent.provider_id::integer);
    PERFORM 1 FROM payments_paymentrequest WHERE id = sent.request_id FOR UPDATE;
    IF subject.state IS DISTINCT FROM 'approved' OR subject.applied_at IS NOT NULL THEN
        RAISE EXCEPTION '人工查清还没有经两个人办完，或者已经生效。' USING ERRCODE = 'YK078';
    END IF;
    objection := banking_clearance_objection(clearance);
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK078';
    END IF;
    UPDATE banking_clearance SET applied_at = clock_timestamp() WHERE id = clearance;
    IF subject.verdict = 'reinstated' THEN
        PERFORM banking_append(fresh.id, 'void', '换编号以前的 ' || sent.message_id || ' 才是银行办理的', official,
                               business_moment)
        FROM banking_replacements(sent) AS fresh;
        PERFORM payments_reinstate(sent.request_id, sent.first_payment_id, sent.last_payment_id,
                                   'clearance:' || clearance, official, business_moment);
    END IF;
    PERFORM banking_append(
        sent.id, CASE subject.verdict WHEN 'not_received' THEN 'void' ELSE 'acknowledged' END,
        '两人查清：' || subject.note, official, business_moment);
    RETURN subject.verdict;
END
$$;

-- That the bank was asked about an instruction whose lines are overdue.
CREATE OR REPLACE FUNCTION banking_record_inquiry(
    instruction bigint, told_answer text, line_count bigint, line_fen bigint, official bigint,
    business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent banking_paymentinstruction;
    asked bigint;
BEGIN
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = instruction;
    PERFORM banking_spoken_for(sent.request_id, official);
    INSERT INTO banking_inquiry (instruction_id, answer, count, total_fen, asked_at, recorded_at)
    VALUES (instruction, told_answer, line_count, line_fen, business_moment, clock_timestamp()) RETURNING id INTO asked;
    PERFORM core_record('instruction.inquired', 'instruction:' || instruction, official, business_moment,
                        jsonb_build_object('answer', told_answer, 'count', line_count, 'total_fen', line_fen));
    RETURN asked;
END
$$;
