-- The end of a month: what lay in suspense at its last moment, each fen with its owner and its reason, two signatures.

-- The first moment after a month.
CREATE OR REPLACE FUNCTION payments_month_over(of_year integer, of_month integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT (make_date(of_year, of_month, 1) + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai'
$$;

-- What the ledger held in suspense for a county before a moment, over all years, by its transfers alone.
CREATE OR REPLACE FUNCTION payments_suspense_fen(county text, before timestamptz) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(CASE WHEN moved.destination_id = account.id THEN moved.amount_fen ELSE -moved.amount_fen END),
                    0)::bigint
    FROM ledger_account AS account
    INNER JOIN ledger_transfer AS moved ON account.id IN (moved.source_id, moved.destination_id)
    WHERE account.kind = 'suspense' AND account.county_code = county AND moved.business_at < before
$$;

CREATE OR REPLACE FUNCTION payments_month_end_digest(month_end bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(convert_to(concat_ws('|', subject.area_code, subject.year, subject.month, subject.count,
        subject.total_fen, subject.ledger_fen, (
            SELECT string_agg(concat_ws(
                ',', line.source, line.fiscal_year, line.subject_id, line.batch_id, line.agency_id, line.official_id,
                line.cause, line.reason, line.due_on, line.amount_fen
            ), E'\n' ORDER BY line.source, line.fiscal_year, line.subject_id)
            FROM payments_monthendline AS line WHERE line.month_end_id = subject.id
        )), 'UTF8')), 'hex')
    FROM payments_monthend AS subject WHERE subject.id = month_end
$$;

-- Why a month may not end yet; NULL when line results equal the bank's statements (the closing gate).
CREATE OR REPLACE FUNCTION payments_month_gate(county text, before timestamptz) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        -- Whoever began an action in the month's last minute has ended it an hour later.
        WHEN before > core_now() - interval '1 hour' THEN '这个月还没有过完，不能编制月末表。请在次月 1 日 1 时以后编制。'
        WHEN count(*) > 0 THEN format('这个月发给银行的申请还有 %s 份没有与对账单对平（%s 等），对平之后才能编制月末表。',
                                      count(*), min(request.no))
    END
    FROM payments_paymentrequest AS request
    INNER JOIN ledger_transfer AS sent ON request.id = sent.ground_id AND sent.kind IN ('send', 'reissue')
    WHERE request.area_code = county AND request.state <> 'closed' AND sent.business_at < before
$$;

-- Guard of preparing and signing: the table is as it was written, equals the ledger as of the month's last moment, and
-- the gate is open.
CREATE OR REPLACE FUNCTION payments_month_end_objection(month_end bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(
        payments_month_gate(subject.area_code, payments_month_over(subject.year, subject.month)),
        CASE
            WHEN payments_month_end_digest(subject.id) <> subject.digest
                THEN '月末表的数据指纹变了，内容被改动过。请报告系统管理员，不要签字。'
            WHEN (lines.count, lines.total_fen) IS DISTINCT FROM (subject.count, subject.total_fen)
                THEN '月末表的笔数或金额与明细不一致，不能签字。'
            WHEN payments_suspense_fen(subject.area_code, payments_month_over(subject.year, subject.month))
                <> subject.ledger_fen THEN '资金账月末的待处理余额与月末表不一致，请退回重编。'
        END
    )
    FROM payments_monthend AS subject
    CROSS JOIN LATERAL (
        SELECT count(*) AS count, coalesce(sum(line.amount_fen), 0)::bigint AS total_fen
        FROM payments_monthendline AS line WHERE line.month_end_id = subject.id
    ) AS lines
    WHERE subject.id = month_end
$$;

SELECT core_begin_in('payments_monthend', 'drafted');

SELECT core_append_only('payments_monthendline');

CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE ON payments_monthend
FOR EACH ROW WHEN (old.state <> 'drafted') EXECUTE FUNCTION batches_keep_facts('state', 'version');

CREATE OR REPLACE TRIGGER month_end_kept BEFORE DELETE ON payments_monthend
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts();

-- One row for each piece of money that had entered suspense and not left it. Its owner is the department, and in it
-- whoever answers for it.
CREATE OR REPLACE FUNCTION payments_write_month_end(month_end bigint, county text, before timestamptz) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO payments_monthendline (month_end_id, source, fiscal_year, subject_id, batch_id, agency_id, official_id,
                                       cause, reason, due_on, amount_fen)
    SELECT month_end, held.source, held.fiscal_year, held.subject_id, held.batch_id, held.agency_id,
           payments_answers_for(held.source, held.request_id, held.subject_id), held.cause, held.reason, held.due_on, held.amount_fen
    FROM payments_suspense AS held
    WHERE held.area_code = county AND held.entered_at < before AND (held.left_at IS NULL OR held.left_at >= before)
    ORDER BY held.source, held.fiscal_year, held.subject_id
$$;

CREATE OR REPLACE FUNCTION payments_prepare_month_end(
    of_year integer, of_month integer, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    post record;
    before timestamptz;
    objection text;
    month_end bigint;
    month_end_digest text;
    held record;
BEGIN
    SELECT appointment.area_id, appointment.agency_id INTO post FROM core_appointment AS appointment
    WHERE appointment.official_id = official
        AND core_appointment_for(official, 'month_end_prepare', appointment.area_id, appointment.agency_id)
            = appointment.id;
    IF post.area_id IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    IF of_month NOT BETWEEN 1 AND 12 OR of_year NOT BETWEEN 2020 AND 2040 THEN
        RAISE EXCEPTION '请填写正确的年份和月份。' USING ERRCODE = 'YK094';
    END IF;
    before := payments_month_over(of_year, of_month);
    PERFORM pg_advisory_xact_lock(hashtext('payments_month_end'), hashtext(post.area_id));
    objection := CASE
        WHEN EXISTS (SELECT 1 FROM payments_monthend AS other WHERE other.area_code = post.area_id
                     AND other.year = of_year AND other.month = of_month AND other.state <> 'sent_back')
            THEN format('%s 年 %s 月的月末表已经编制过了。', of_year, of_month)
        ELSE payments_month_gate(post.area_id, before)
    END;
    IF objection IS NOT NULL THEN
        RAISE EXCEPTION '%', objection USING ERRCODE = 'YK094';
    END IF;
    SELECT count(*) AS count, coalesce(sum(one.amount_fen), 0)::bigint AS total_fen INTO held
    FROM payments_suspense AS one
    WHERE one.area_code = post.area_id AND one.entered_at < before AND (one.left_at IS NULL OR one.left_at >= before);
    IF held.total_fen <> payments_suspense_fen(post.area_id, before) THEN
        RAISE EXCEPTION '待处理资金明细合计 % 与资金账余额 % 不一致，不能编制月末表。请报告系统管理员。',
            batches_yuan(held.total_fen), batches_yuan(payments_suspense_fen(post.area_id, before))
            USING ERRCODE = 'YK094';
    END IF;
    INSERT INTO payments_monthend (area_code, year, month, count, total_fen, ledger_fen, state, version, digest, case_no,
                                   agency_id)
    VALUES (post.area_id, of_year, of_month, held.count, held.total_fen, payments_suspense_fen(post.area_id, before),
            'drafted', 0, '', format('ME-%s-%s-%s', left(post.area_id, 6), of_year, lpad(of_month::text, 2, '0')),
            post.agency_id)
    RETURNING id INTO month_end;
    PERFORM payments_write_month_end(month_end, post.area_id, before);
    month_end_digest := payments_month_end_digest(month_end);
    UPDATE payments_monthend SET digest = month_end_digest WHERE id = month_end;
    PERFORM core_take('month_end', month_end, 'prepare', official, business_moment, 0, month_end_digest, '');
    RETURN month_end;
END
$$;
