-- Paid facts and text messages: written by the database from credited outcomes, and by nothing else.
SELECT core_append_only(name)
FROM unnest(ARRAY['disclosure_paidnotice', 'disclosure_smsmessage', 'disclosure_smsdelivery'])
        AS name;

-- 81958 fen as 819.58, for the text of a message.
CREATE OR REPLACE FUNCTION disclosure_yuan(fen bigint) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT (fen / 100)::text || '.' || lpad((fen % 100)::text, 2, '0')
$$;

-- 2026 as 2026年, 2026-09 as 2026年9月, 2026-Q3 as 2026年第3季度.
CREATE OR REPLACE FUNCTION disclosure_period(label text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT left(label, 4) || '年' || CASE
        WHEN length(label) = 4 THEN ''
        WHEN substr(label, 6, 1) = 'Q' THEN '第' || substr(label, 7) || '季度'
        ELSE substr(label, 6)::integer || '月'
    END
$$;

-- What one person is told: project name, amount and standard (L4-L6), of the card its last four digits only.
CREATE OR REPLACE FUNCTION disclosure_sms_text(
    sign text, phone text, cycle catalog_cycle, program_name text, unit text, amount_fen bigint, card_tail text
) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT '【' || sign || '】您的' || disclosure_period(cycle.label) || program_name
        || CASE WHEN program_name LIKE '%资金' THEN '' ELSE '资金' END
        || disclosure_yuan(amount_fen) || '元已发放到尾号' || card_tail || '的社保卡'
        || CASE WHEN cycle.rate_fen IS NULL THEN ''
                ELSE '（标准' || disclosure_yuan(cycle.rate_fen) || coalesce(nullif(unit, ''), '元') || '）' END
        || '。' || CASE WHEN phone = '' THEN '' ELSE '如有疑问请拨' || phone || '。' END
$$;

CREATE OR REPLACE FUNCTION disclosure_digest(notice bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws('|', payment.end_to_end_id, payment.amount_fen, outcome.booked_on), 'UTF8'
    )), '' ORDER BY payment.end_to_end_id COLLATE "C"), '')), 'hex')
    FROM disclosure_smsmessage AS message
    INNER JOIN payments_payment AS payment
        ON payment.fiscal_year = message.fiscal_year AND payment.id = message.payment_id
    INNER JOIN payments_paymentoutcome AS outcome
        ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id AND outcome.sequence = 1
        AND outcome.result = 'credited'
    WHERE message.notice_id = notice
$$;

CREATE OR REPLACE FUNCTION disclosure_texts_digest(notice bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws('|', message.fiscal_year, message.payment_id, message.person_id, message.text), 'UTF8'
    )), '' ORDER BY message.fiscal_year, message.payment_id), '')), 'hex')
    FROM disclosure_smsmessage AS message WHERE message.notice_id = notice
$$;

-- The payments of a request that were credited and have not come back.
CREATE OR REPLACE FUNCTION disclosure_credited(request payments_paymentrequest) RETURNS TABLE (
    fiscal_year smallint, payment_id bigint, payee_id bigint, card_id bigint, amount_fen bigint, end_to_end_id text,
    booked_on date
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT state.fiscal_year, state.payment_id, state.payee_id, state.card_id, state.amount_fen, state.end_to_end_id,
           state.booked_on
    FROM payments_paymentstate AS state
    WHERE state.request_id = request.id AND state.fiscal_year = request.fiscal_year AND state.state = 'credited'
$$;

-- Records a closed request's paid facts and one message a credited payment; NULL when nobody was credited.
CREATE OR REPLACE FUNCTION disclosure_record_paid(
    request bigint, sign text, phone text, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject payments_paymentrequest;
    notice bigint;
    notice_digest text;
BEGIN
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = request FOR UPDATE;
    IF subject.id IS NULL OR subject.state <> 'closed' THEN
        RAISE EXCEPTION '与银行对平关闭之后，才能登记实际发放情况。' USING ERRCODE = 'YK070';
    END IF;
    SELECT id INTO notice FROM disclosure_paidnotice WHERE request_id = request;
    IF notice IS NOT NULL THEN
        RETURN notice;
    END IF;
    SELECT encode(sha256(string_agg(sha256(convert_to(
               concat_ws('|', line.end_to_end_id, line.amount_fen, line.booked_on), 'UTF8'
           )), '' ORDER BY line.end_to_end_id COLLATE "C")), 'hex')
    INTO notice_digest FROM disclosure_credited(subject) AS line;
    IF notice_digest IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO disclosure_paidnotice (request_id, count, total_fen, paid_from, paid_to, due_on, digest, area_code,
                                       agency_id, facts_at, recorded_at)
    SELECT request, count(*), sum(line.amount_fen), min(line.booked_on), max(line.booked_on),
           max(line.booked_on) + 5, notice_digest, subject.area_code, subject.agency_id, business_moment,
           clock_timestamp()
    FROM disclosure_credited(subject) AS line
    RETURNING id INTO notice;
    INSERT INTO disclosure_smsmessage (notice_id, fiscal_year, payment_id, person_id, text, recorded_at)
    SELECT notice, line.fiscal_year, line.payment_id, line.payee_id,
           disclosure_sms_text(sign, phone, cycle, program.name, program.unit, line.amount_fen, card.tail),
           clock_timestamp()
    FROM disclosure_credited(subject) AS line
    INNER JOIN registry_card AS card ON card.id = line.card_id
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    INNER JOIN catalog_cycle AS cycle ON cycle.id = batch.cycle_id
    INNER JOIN catalog_program AS program ON program.id = batch.program_id
    ORDER BY line.end_to_end_id;
    PERFORM core_record('payment_request.paid_facts_recorded', 'payment_request:' || request, official,
                        business_moment, jsonb_build_object('notice', notice, 'digest', notice_digest,
                                                            'texts', disclosure_texts_digest(notice)));
    RETURN notice;
END
$$;
