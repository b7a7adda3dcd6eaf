-- Sealing: an instruction comes to be only for a released request, over the very payments that were signed.

CREATE OR REPLACE FUNCTION banking_append(
    instruction bigint, event_kind text, event_note text, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    place integer;
BEGIN
    SELECT coalesce(max(sequence), 0) + 1 INTO place FROM banking_instructionevent WHERE instruction_id = instruction;
    INSERT INTO banking_instructionevent (instruction_id, sequence, kind, note, official_id, happened_at, recorded_at)
    VALUES (instruction, place, event_kind, left(event_note, 400), official, business_moment, clock_timestamp());
    PERFORM core_record('instruction.' || event_kind, 'instruction:' || instruction, official, business_moment,
                        jsonb_build_object('instruction', instruction, 'sequence', place, 'note', left(event_note, 400)));
END
$$;

-- Who may speak with the bank about this request; holds the request for whoever does.
CREATE OR REPLACE FUNCTION banking_spoken_for(
    request bigint, official bigint, OUT subject payments_paymentrequest
)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = request FOR UPDATE;
    IF subject.id IS NULL OR core_appointment_for(official, 'bank_exchange', subject.area_code, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF subject.state <> 'released' THEN
        RAISE EXCEPTION '发放申请还没有签发，或者已经关闭，不能生成或发送指令。' USING ERRCODE = 'YK070';
    END IF;
    IF subject.kind = 'accepted' THEN
        RAISE EXCEPTION '认作已发放的申请不再付款，不能生成或发送指令。' USING ERRCODE = 'YK070';
    END IF;
END
$$;

-- And whether three officials released this very digest: reads every payment of the request.
CREATE OR REPLACE FUNCTION banking_released(
    request bigint, official bigint, OUT subject payments_paymentrequest
)
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    subject := banking_spoken_for(request, official);
    IF (payments_released_ground(subject.id, subject.kind)).amount_fen IS DISTINCT FROM subject.total_fen THEN
        RAISE EXCEPTION '发放明细与三方签过的数据指纹不一致，内容被改动过，不能生成或发送指令。请联系系统管理员。'
            USING ERRCODE = 'YK071';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION banking_agreement_in_force(agreement bigint, subject payments_paymentrequest) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM banking_serviceagreement AS one
        -- A test system pays nobody, whatever it answers.
        INNER JOIN banking_paymentprovider AS provider ON provider.id = one.provider_id AND NOT provider.is_test_system
        WHERE one.id = agreement AND one.agency_id = subject.agency_id AND one.county_id = subject.area_code
            AND (core_now() AT TIME ZONE 'Asia/Shanghai')::date
                BETWEEN one.valid_from AND coalesce(one.valid_to, 'infinity')
    )
$$;

-- The runs of payments that no live instruction of the request covers, each as long as a file may be: all of them at
-- first, later those of a file that was voided while others of the request live. A run never reaches over a live file.
DROP FUNCTION IF EXISTS banking_next_run(bigint, integer);

CREATE OR REPLACE FUNCTION banking_runs(request bigint, line_max integer) RETURNS TABLE (
    run_no bigint, first_id bigint, last_id bigint, line_count bigint, line_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH live AS MATERIALIZED (
        SELECT earlier.first_payment_id AS low, earlier.last_payment_id AS high
        FROM banking_paymentinstruction AS earlier
        INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = earlier.id
        WHERE earlier.request_id = request AND stands.kind <> 'void'
    ), gap AS MATERIALIZED (
        SELECT coalesce(lag(live.high) OVER (ORDER BY live.low), 0) AS after_id, live.low AS before_id FROM live
        UNION ALL
        SELECT coalesce(max(live.high), 0), 9223372036854775807 FROM live
    )
    SELECT row_number() OVER (ORDER BY min(line.id)), min(line.id), max(line.id), count(*), sum(line.amount_fen)::bigint
    FROM (
        SELECT
            payment.id, payment.amount_fen, gap.after_id,
            (row_number() OVER (PARTITION BY gap.after_id ORDER BY payment.id) - 1) / line_max AS part
        FROM gap
        INNER JOIN payments_payment AS payment
            ON payment.id > gap.after_id AND payment.id < gap.before_id
        WHERE payment.request_id = request
            AND payment.fiscal_year = (SELECT subject.fiscal_year FROM payments_paymentrequest AS subject
                                       WHERE subject.id = request)
    ) AS line
    GROUP BY line.after_id, line.part
    ORDER BY min(line.id)
$$;

CREATE OR REPLACE FUNCTION banking_totals_agree(subject payments_paymentrequest) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT (sum(one.count), sum(one.total_fen))
        IS NOT DISTINCT FROM (subject.count::numeric, subject.total_fen::numeric)
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_instructionstate AS state ON state.instruction_id = one.id
    WHERE one.request_id = subject.id AND state.kind <> 'void'
$$;

DROP FUNCTION IF EXISTS banking_seal(
    bigint, bigint, text, bigint, bigint, bigint, bigint, bigint, bigint, timestamptz
);

-- All files of a request at once, so that what was signed is read once: ``files`` is a list of run_no, first_id,
-- last_id, line_count, line_fen, message_id and body_id. Each file is bound to its lines here, in the same breath.
CREATE OR REPLACE FUNCTION banking_seal(
    request bigint, agreement bigint, files jsonb, official bigint, business_moment timestamptz
) RETURNS bigint[]
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject payments_paymentrequest := banking_released(request, official);
    provider banking_paymentprovider;
    file record;
    sealed bigint[] := '{}';
BEGIN
    PERFORM core_refuse_while_stopped(subject.area_code);
    PERFORM banking_refuse_while_restoring(files);
    SELECT one.* INTO provider FROM banking_paymentprovider AS one
    INNER JOIN banking_serviceagreement AS terms ON terms.provider_id = one.id WHERE terms.id = agreement;
    IF provider.id IS NULL OR NOT banking_agreement_in_force(agreement, subject) THEN
        RAISE EXCEPTION '没有有效的代发协议或指令文件，不能生成指令。' USING ERRCODE = 'YK076';
    END IF;
    FOR file IN
        SELECT told.*, run.run_no IS NOT NULL AS agrees
        FROM jsonb_to_recordset(files) AS told(run_no bigint, first_id bigint, last_id bigint, line_count bigint,
                                               line_fen bigint, message_id text, body_id bigint)
        FULL JOIN banking_runs(request, provider.file_lines_max) AS run
            USING (run_no, first_id, last_id, line_count, line_fen)
        ORDER BY told.run_no
    LOOP
        IF file.message_id IS NULL OR NOT file.agrees THEN
            RAISE EXCEPTION '指令文件与发放明细不一致，没有生成。' USING ERRCODE = 'YK071';
        END IF;
        sealed := sealed || banking_seal_file(
            subject, agreement, provider, file.message_id, file.first_id, file.last_id, file.line_count, file.line_fen,
            file.body_id, official, business_moment);
    END LOOP;
    IF NOT banking_totals_agree(subject) THEN
        RAISE EXCEPTION '指令文件合计与发放申请不一致，没有生成。' USING ERRCODE = 'YK071';
    END IF;
    RETURN sealed;
END
$$;

-- While the database is being made whole, only what went to the bank already is sealed again, under its old number.
CREATE OR REPLACE FUNCTION banking_refuse_while_restoring(files jsonb) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF banking_restoration_standing() IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM jsonb_to_recordset(files) AS told(message_id text)
        INNER JOIN banking_restorationfile AS file
            ON file.message_id = told.message_id AND file.restoration_id = banking_restoration_standing()
    ) THEN
        RAISE EXCEPTION '数据库是恢复出来的，与银行逐份核清以前不生成也不发送代发指令。请看 yikatong restore status。'
            USING ERRCODE = 'YK083';
    END IF;
END
$$;

CREATE OR REPLACE FUNCTION banking_seal_file(
    subject payments_paymentrequest, agreement bigint, provider banking_paymentprovider, message text,
    first_payment bigint, last_payment bigint, line_count bigint, line_fen bigint, body_file bigint, official bigint,
    business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    body core_storedfile;
    sealed banking_paymentinstruction;
BEGIN
    SELECT * INTO body FROM core_storedfile WHERE id = body_file AND kind = 'payment_instruction';
    IF body.id IS NULL THEN
        RAISE EXCEPTION '没有有效的代发协议或指令文件，不能生成指令。' USING ERRCODE = 'YK076';
    END IF;
    INSERT INTO banking_paymentinstruction (request_id, agreement_id, provider_id, message_id, file_no, fiscal_year,
        first_payment_id, last_payment_id, count, total_fen, digest, lines_digest, body_id, body_digest, not_after,
        audit_sequence, audit_head, sealed_at, recorded_at)
    SELECT subject.id, agreement, provider.id, message,
           (SELECT count(*) + 1 FROM banking_paymentinstruction AS earlier WHERE earlier.request_id = subject.id),
           subject.fiscal_year, first_payment, last_payment, line_count, line_fen, subject.digest,
           banking_lines_digest(subject.id, subject.fiscal_year, first_payment, last_payment), body.id, body.digest,
           business_moment + make_interval(days => provider.valid_days), coalesce(head.sequence, 0),
           coalesce(encode(head.hash, 'hex'), ''), business_moment, clock_timestamp()
    FROM (SELECT 1) AS one_row
    LEFT JOIN (SELECT sequence, hash FROM core_auditseal ORDER BY sequence DESC LIMIT 1) AS head ON TRUE
    RETURNING * INTO STRICT sealed;
    PERFORM core_record('instruction.built', 'instruction:' || sealed.id, official, business_moment,
                        banking_instruction_detail(sealed));
    PERFORM banking_append(sealed.id, 'sealed', '', official, business_moment);
    RETURN sealed.id;
END
$$;

-- Never sent and past its time: its lines go into a new file. What may have reached a bank is never voided here.
CREATE OR REPLACE FUNCTION banking_void_expired(
    request bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject payments_paymentrequest := banking_spoken_for(request, official);
    expired bigint[];
BEGIN
    SELECT array_agg(one.id) INTO expired
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = one.id
    WHERE one.request_id = subject.id AND stands.kind = 'sealed' AND one.not_after < core_now()
        -- Of an older copy of the database nobody knows what was never sent.
        AND banking_restoration_standing() IS NULL;
    PERFORM banking_append(one, 'void', '过了有效期还没有发送', official, business_moment)
    FROM unnest(expired) AS one;
    RETURN coalesce(cardinality(expired), 0);
END
$$;

-- How far the clocks of two machines may lie apart before an instruction counts as expired at the bank.
CREATE OR REPLACE FUNCTION banking_expiry_margin() RETURNS interval
LANGUAGE sql IMMUTABLE RETURN interval '10 minutes';

-- What holds a file back from being voided once nobody knows what became of it: NULL when it may be.
CREATE OR REPLACE FUNCTION banking_void_objection(sent banking_paymentinstruction) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN EXISTS (
            SELECT 1 FROM payments_payment AS payment
            INNER JOIN payments_paymentoutcome AS outcome
                ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
            WHERE payment.request_id = sent.request_id AND payment.fiscal_year = sent.fiscal_year
                AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
        ) THEN '银行已经给过这份指令的结果，不能作废。'
        WHEN EXISTS (
            SELECT 1 FROM payments_payment AS payment
            INNER JOIN banking_statementline AS line ON line.end_to_end_id = payment.end_to_end_id
            WHERE payment.request_id = sent.request_id AND payment.fiscal_year = sent.fiscal_year
                AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
                AND line.message_id = sent.message_id
        ) THEN '银行对账单上已经有这份指令的付款，不能作废。'
    END
$$;

-- The bank does not know the file and, honoring its expiry, will never take it any more: it is void, and its lines go
-- into a new file with a new number and the same end-to-end ids. Whoever calls has asked the bank a moment ago.
CREATE OR REPLACE FUNCTION banking_void_unanswered(
    instruction bigint, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sent banking_paymentinstruction;
    stands text;
    objection text;
BEGIN
    SELECT * INTO sent FROM banking_paymentinstruction WHERE id = instruction;
    -- No report of this bank is taken in meanwhile: what it says would be laid to a file that is no more.
    PERFORM pg_advisory_xact_lock(hashtext('banking.receive'), sent.provider_id::integer);
    PERFORM banking_spoken_for(sent.request_id, official);
    SELECT kind INTO stands FROM banking_instructionstate WHERE instruction_id = instruction;
    IF stands <> 'unknown' OR banking_restoration_standing() IS NOT NULL OR NOT (
        SELECT provider.honors_expiry AND NOT provider.dedupes_forever
        FROM banking_paymentprovider AS provider WHERE provider.id = sent.provider_id
    ) THEN
        RAISE EXCEPTION '这份指令不能由系统作废，请人工查清。' USING ERRCODE = 'YK077';
    END IF;
    IF core_now() <= sent.not_after + banking_expiry_margin() THEN
        RAISE EXCEPTION '指令还在有效期内，银行可能还会收到，现在不能作废。' USING ERRCODE = 'YK077';
    END IF;
    objection := banking_void_objection(sent);
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK077';
    END IF;
    PERFORM banking_append(instruction, 'void', '过了有效期，经查询银行没有收到', official, business_moment);
END
$$;
