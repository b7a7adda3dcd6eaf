-- The order of events (RELIABILITY 2.4): sealed, then sending committed before the call, then what the bank answered.

-- Why nothing goes to a provider at a moment, as sentence; NULL: it may go. Files carry the budget year they are paid
-- from, and what would only be booked in the next one is not sent (RELIABILITY 2.4).
CREATE OR REPLACE FUNCTION banking_hour_objection(
    provider banking_paymentprovider, budget_year smallint, moment timestamptz
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN extract(YEAR FROM clock.here) <> budget_year
            THEN format('这份指令用的是 %s 年度的资金，现在不是这个年度，不能发送。', budget_year)
        WHEN to_char(clock.here, 'MM-DD') = '12-31' AND clock.here::time >= clock.closing
            THEN '今天银行已经截止，明天是新的年度，不再发送。'
        WHEN clock.here::time >= clock.closing AND clock.here::time < provider.cut_off_at
            THEN format('离银行截止时间 %s 不到 %s 分钟，过了截止时间再发送。',
                        to_char(provider.cut_off_at, 'HH24:MI'), provider.cut_off_minutes)
    END
    FROM (
        SELECT moment AT TIME ZONE 'Asia/Shanghai' AS here,
               (DATE '2000-01-01' + coalesce(provider.cut_off_at, '23:59:59')
                - make_interval(mins => provider.cut_off_minutes))::time AS closing
    ) AS clock
$$;

-- What has to be true of the world before anything is sent: nobody stopped it, the database is no older copy, the
-- clocks agree, the bank is not about to close, no file that was void has been paid after all, and no other file has
-- paid what this one would pay.
CREATE OR REPLACE FUNCTION banking_refuse_to_send(
    sent banking_paymentinstruction, subject payments_paymentrequest, machine_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    objection text;
BEGIN
    PERFORM core_refuse_while_stopped(subject.area_code);
    IF banking_restoration_standing() IS NOT NULL THEN
        RAISE EXCEPTION '数据库是恢复出来的，与银行逐份核清以前不发送任何指令。请看 yikatong restore status。'
            USING ERRCODE = 'YK083';
    END IF;
    IF machine_moment IS NULL
        OR abs(extract(EPOCH FROM clock_timestamp() - machine_moment)) > 60 THEN
        RAISE EXCEPTION '数据库和这台机器的时钟相差超过 60 秒，有效期说不准，不发送。请系统管理员校准时钟。'
            USING ERRCODE = 'YK084';
    END IF;
    SELECT banking_hour_objection(provider, sent.fiscal_year, core_now()) INTO objection
    FROM banking_paymentprovider AS provider WHERE provider.id = sent.provider_id;
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK085';
    END IF;
    IF EXISTS (SELECT 1 FROM payments_paymentexception AS problem
               WHERE problem.request_id = subject.id AND problem.kind = 'paid_though_void'
                   AND payments_stands_open(problem))
        OR EXISTS (SELECT 1 FROM banking_break AS difference
                   WHERE difference.request_id = subject.id AND difference.kind = 'paid_though_void'
                       AND difference.state <> 'settled') THEN
        RAISE EXCEPTION '作废的文件银行却付了款，查清以前这份申请的指令都不发送。' USING ERRCODE = 'YK086';
    END IF;
    -- Whatever people settled: what a statement shows as paid by another file, and not as returned, is not paid again.
    objection := banking_booked_objection(sent, subject.kind);
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK068';
    END IF;
END
$$;

DROP FUNCTION IF EXISTS banking_begin_sending(bigint, bigint, timestamptz);

-- ``machine_moment`` is the sending machine's own clock.
CREATE OR REPLACE FUNCTION banking_begin_sending(
    instruction bigint, official bigint, business_moment timestamptz, machine_moment timestamptz
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
    PERFORM banking_refuse_to_send(sent, subject, machine_moment);
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
