-- What two people decide about an instruction whose fate no machine can find out (RELIABILITY 2.4).

-- The bank's operator says what was found out, with the signed day-end statement. ``verdict``: received, not_received.
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
    IF stands NOT IN ('unknown', 'refused') OR told_verdict NOT IN ('received', 'not_received') THEN
        RAISE EXCEPTION '只有结果未知或银行整体拒收的指令要人工查清。' USING ERRCODE = 'YK078';
    END IF;
    IF (SELECT person.is_machine FROM core_official AS person WHERE person.id = official) THEN
        RAISE EXCEPTION '人工查清要由人来办。' USING ERRCODE = 'YK078';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM core_storedfile AS file WHERE file.id = proof AND file.kind = 'clearance_proof') THEN
        RAISE EXCEPTION '请附上银行盖章的日终对账单。' USING ERRCODE = 'YK078';
    END IF;
    signed := encode(sha256(convert_to(concat_ws('|', sent.message_id, told_verdict, (
        SELECT file.digest FROM core_storedfile AS file WHERE file.id = proof), btrim(told_note)), 'UTF8')), 'hex');
    INSERT INTO banking_clearance (instruction_id, verdict, proof_id, note, prepared_at, state, version, digest, case_no,
        area_code, agency_id)
    VALUES (instruction, told_verdict, proof, left(btrim(told_note), 400), business_moment, 'drafted', 0, signed,
            subject.case_no, subject.area_code, subject.agency_id)
    RETURNING id INTO prepared;
    PERFORM core_take('clearance', prepared, 'prepare', official, business_moment, 0, signed, told_note);
    RETURN prepared;
END
$$;

-- What still holds an approved clearance back; guard of the approval.
CREATE OR REPLACE FUNCTION banking_clearance_objection(clearance bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN stands.kind NOT IN ('unknown', 'refused') THEN '这份指令已经有了结果，不用再查。'
        WHEN banking_restoration_standing() IS NOT NULL THEN '数据库还在恢复模式，先与银行逐份核清。'
        WHEN subject.verdict = 'not_received' THEN banking_void_objection(sent)
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
    objection text;
BEGIN
    SELECT * INTO subject FROM banking_clearance WHERE id = clearance FOR UPDATE;
    -- No report of this bank is taken in meanwhile.
    PERFORM pg_advisory_xact_lock(hashtext('banking.receive'), (
        SELECT sent.provider_id::integer FROM banking_paymentinstruction AS sent WHERE sent.id = subject.instruction_id));
    PERFORM 1 FROM payments_paymentrequest WHERE id = (
        SELECT sent.request_id FROM banking_paymentinstruction AS sent WHERE sent.id = subject.instruction_id) FOR UPDATE;
    IF subject.state IS DISTINCT FROM 'approved' OR subject.applied_at IS NOT NULL THEN
        RAISE EXCEPTION '人工查清还没有经两个人办完，或者已经生效。' USING ERRCODE = 'YK078';
    END IF;
    objection := banking_clearance_objection(clearance);
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK078';
    END IF;
    UPDATE banking_clearance SET applied_at = clock_timestamp() WHERE id = clearance;
    PERFORM banking_append(
        subject.instruction_id, CASE subject.verdict WHEN 'received' THEN 'acknowledged' ELSE 'void' END,
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
