-- The order of events (RELIABILITY 2.4): sealed, then sending committed before the call, then what the bank answered.

CREATE OR REPLACE FUNCTION banking_begin_sending(
    instruction bigint, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent banking_paymentinstruction;
    subject payments_paymentrequest;
    stands text;
BEGIN
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = instruction;
    -- What three officials signed was read at the sealing and again when the money went in transit; here the lines of
    -- this file have to be those that were sealed then, and all files together the request.
    subject := banking_spoken_for(sent.request_id, official);
    SELECT kind INTO stands FROM banking_instructionstate WHERE instruction_id = instruction;
    IF stands NOT IN ('sealed', 'unknown') THEN
        RAISE EXCEPTION '这份指令正在发送或者已经发送，不会再发一次。' USING ERRCODE = 'YK072';
    END IF;
    IF stands = 'sealed' AND sent.not_after < core_now() THEN
        RAISE EXCEPTION '指令过了有效期，不能发送，要重新生成。' USING ERRCODE = 'YK073';
    END IF;
    IF stands = 'unknown' AND NOT (
        SELECT provider.dedupes_forever FROM banking_paymentprovider AS provider WHERE provider.id = sent.provider_id
    ) THEN
        RAISE EXCEPTION '上次发送的结果还不知道，这家机构不保证去重，不能再发。请向银行查实。' USING ERRCODE = 'YK074';
    END IF;
    IF NOT banking_manifest_holds(instruction) OR NOT banking_totals_agree(subject) OR sent.digest <> subject.digest OR NOT banking_lines_hold(sent)
        OR NOT EXISTS (SELECT 1 FROM core_storedfile AS body
                       WHERE body.id = sent.body_id AND body.digest = sent.body_digest) THEN
        RAISE EXCEPTION '指令与发放申请的笔数、金额或数据指纹不一致，没有发送。请联系系统管理员。' USING ERRCODE = 'YK071';
    END IF;
    IF NOT payments_sent(subject.id) THEN
        RAISE EXCEPTION '资金还没有转为银行在途，不能发送。' USING ERRCODE = 'YK064';
    END IF;
    PERFORM banking_append(instruction, 'sending', '', official, business_moment);
END
$$;

-- What became of a sending. The same answer again, or one that comes after a definite one, changes nothing; returns
-- whether an event was added.
CREATE OR REPLACE FUNCTION banking_answer(
    instruction bigint, answer text, note text, official bigint, business_moment timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent banking_paymentinstruction;
    subject payments_paymentrequest;
    stands text;
BEGIN
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = instruction;
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = sent.request_id FOR UPDATE;
    IF subject.id IS NULL OR core_appointment_for(official, 'bank_exchange', subject.area_code, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    SELECT kind INTO stands FROM banking_instructionstate WHERE instruction_id = instruction;
    IF answer NOT IN ('acknowledged', 'unknown', 'refused') OR stands NOT IN (
        'sending', 'unknown', 'acknowledged', 'refused') THEN
        RAISE EXCEPTION '这份指令还没有发送，不能登记银行的答复。' USING ERRCODE = 'YK072';
    END IF;
    IF stands = answer OR stands = 'refused' OR (stands = 'acknowledged' AND answer = 'unknown') THEN
        RETURN false;
    END IF;
    PERFORM banking_append(instruction, answer, note, official, business_moment);
    RETURN true;
END
$$;
