-- Paid facts and text messages: written by the database from credited outcomes, and by nothing else.
SELECT core_append_only(name)
FROM unnest(ARRAY['disclosure_paidnotice', 'disclosure_paidvillage', 'disclosure_smsmessage', 'disclosure_smsdelivery'])
        AS name;

-- 81958 fen as 819.58, for the text of a message. Without a SET clause, so that it is written into the statement that
-- uses it; its body is bound to what it calls when it is made.
CREATE OR REPLACE FUNCTION disclosure_yuan(fen bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (fen / 100)::text || '.' || lpad((fen % 100)::text, 2, '0');

-- 2026 as 2026年, 2026-09 as 2026年9月, 2026-Q3 as 2026年第3季度.
CREATE OR REPLACE FUNCTION disclosure_period(label text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT left(label, 4) || '年' || CASE
        WHEN length(label) = 4 THEN ''
        WHEN substr(label, 6, 1) = 'Q' THEN '第' || substr(label, 7) || '季度'
        ELSE substr(label, 6)::integer || '月'
    END
$$;

-- What one person is told: project name, amount and standard (L4-L6), of the card its last four digits only. These are
-- the pieces that are the same for all of a request: before the amount, between amount and card, after the card.
DROP FUNCTION IF EXISTS disclosure_sms_text(text, text, catalog_cycle, text, text, bigint, text);
CREATE OR REPLACE FUNCTION disclosure_sms_pieces(
    sign text, phone text, request bigint, OUT opening text, OUT middle text, OUT ending text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        '【' || sign || '】您的' || disclosure_period(cycle.label) || program.name
        || CASE WHEN program.name LIKE '%资金' THEN '' ELSE '资金' END,
        '元已发放到尾号',
        '的社保卡'
        || CASE WHEN cycle.rate_fen IS NULL THEN ''
                ELSE '（标准' || disclosure_yuan(cycle.rate_fen) || coalesce(nullif(program.unit, ''), '元') || '）' END
        || '。' || CASE WHEN phone = '' THEN '' ELSE '如有疑问请拨' || phone || '。' END
    FROM payments_paymentrequest AS subject
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    INNER JOIN catalog_cycle AS cycle ON cycle.id = batch.cycle_id
    INNER JOIN catalog_program AS program ON program.id = batch.program_id
    WHERE subject.id = request
$$;

-- The payments of a request that were credited and have not come back.
CREATE OR REPLACE FUNCTION disclosure_credited(request payments_paymentrequest) RETURNS TABLE (
    fiscal_year smallint, payment_id bigint, payee_id bigint, card_id bigint, amount_fen bigint, end_to_end_id text,
    booked_on date
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    SELECT payment.fiscal_year, payment.id, payment.payee_id, payment.card_id, payment.amount_fen,
           payment.end_to_end_id, outcome.booked_on
    FROM payments_payment AS payment
    -- Each payment looks its results up: a request of a few must not cost a walk through all results of its year.
    CROSS JOIN LATERAL (
        SELECT max(one.result) AS result, max(one.sequence) AS sequence, max(one.booked_on) AS booked_on
        FROM payments_paymentoutcome AS one
        WHERE one.payment_id = payment.id AND one.fiscal_year = request.fiscal_year
    ) AS outcome
    WHERE payment.request_id = request.id AND payment.fiscal_year = request.fiscal_year
        AND outcome.sequence = 1 AND outcome.result = 'credited'
$$;

-- What the digest covers of one credited payment, for disclosure_facts and for verify. Without a SET clause, so that it
-- is written into the statement that uses it.
CREATE OR REPLACE FUNCTION disclosure_fact_line(end_to_end_id text, amount_fen bigint, booked_on date) RETURNS text
LANGUAGE sql STABLE
RETURN concat_ws('|', end_to_end_id, amount_fen, booked_on);

-- Count, sum, days and digest of the credited payments for which a notice tells: of those of a request that is about to
-- get its notice (``notice`` NULL), or of those to whom the notice's messages were written. SHA-256 over the hashes of
-- blocks of 1,024 payments in the order of their ids.
CREATE OR REPLACE FUNCTION disclosure_facts(
    request payments_paymentrequest, notice bigint, OUT line_count bigint, OUT line_fen bigint, OUT paid_from date,
    OUT paid_to date, OUT digest text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    SELECT
        sum(block.line_count)::bigint, sum(block.line_fen)::bigint, min(block.paid_from), max(block.paid_to),
        encode(sha256(string_agg(block.hash, ''::bytea ORDER BY block.no)), 'hex')
    FROM (
        SELECT
            line.payment_id >> 10 AS no,
            count(*) AS line_count,
            sum(line.amount_fen) AS line_fen,
            min(line.booked_on) AS paid_from,
            max(line.booked_on) AS paid_to,
            sha256(convert_to(string_agg(
                disclosure_fact_line(line.end_to_end_id, line.amount_fen, line.booked_on), E'\n'
                ORDER BY line.payment_id
            ), 'UTF8')) AS hash
        FROM (
            SELECT credited.payment_id, credited.end_to_end_id, credited.amount_fen, credited.booked_on
            FROM disclosure_credited(request) AS credited WHERE notice IS NULL
            UNION ALL
            SELECT payment.id, payment.end_to_end_id, payment.amount_fen, outcome.booked_on
            FROM disclosure_smsmessage AS message
            INNER JOIN payments_payment AS payment
                ON payment.fiscal_year = message.fiscal_year AND payment.id = message.payment_id
                AND payment.request_id = request.id
            INNER JOIN payments_paymentoutcome AS outcome
                ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
                AND outcome.sequence = 1 AND outcome.result = 'credited'
            WHERE message.notice_id = notice
        ) AS line
        GROUP BY line.payment_id >> 10
    ) AS block
$$;

DROP FUNCTION IF EXISTS disclosure_digest(bigint);

CREATE OR REPLACE FUNCTION disclosure_texts_digest(notice bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    SELECT encode(sha256(coalesce(string_agg(block.hash, ''::bytea ORDER BY block.no), ''::bytea)), 'hex')
    FROM (
        SELECT
            message.id >> 10 AS no,
            sha256(convert_to(string_agg(concat_ws(
                '|', message.fiscal_year, message.payment_id, message.person_id, message.text
            ), E'\n' ORDER BY message.id), 'UTF8')) AS hash
        FROM disclosure_smsmessage AS message WHERE message.notice_id = notice
        GROUP BY message.id >> 10
    ) AS block
$$;

-- A message is of its notice and goes to whom the payment went to; row by row, foreign keys would cost many times as
-- much.
SELECT core_refer('message_is_of_a_notice', 'disclosure_smsmessage', 'notice_id', 'disclosure_paidnotice', 'id');

SELECT core_refer(
    'message_goes_to_the_payee', 'disclosure_smsmessage', 'fiscal_year, payment_id, person_id',
    'payments_payment', 'fiscal_year, id, payee_id'
);

-- What a notice tells is added up once by village, so that its page need not go through the payments of a whole county.
CREATE OR REPLACE FUNCTION disclosure_write_villages(notice bigint, year smallint) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    INSERT INTO disclosure_paidvillage (
        notice_id, township_code, village_code, count, total_fen, first_entitlement_id, last_entitlement_id
    )
    SELECT notice, due.township_code, due.village_code, count(*), sum(payment.amount_fen)::bigint, min(due.id), max(due.id)
    FROM disclosure_smsmessage AS message
    INNER JOIN payments_payment AS payment ON message.payment_id = payment.id AND payment.fiscal_year = year
    INNER JOIN batches_entitlement AS due ON payment.entitlement_id = due.id AND due.fiscal_year = year
    WHERE message.notice_id = notice AND message.fiscal_year = year
    GROUP BY due.township_code, due.village_code
    ORDER BY due.township_code, due.village_code
$$;

-- Notices of before this was kept.
SELECT disclosure_write_villages(notice.id, request.fiscal_year)
FROM disclosure_paidnotice AS notice
INNER JOIN payments_paymentrequest AS request ON notice.request_id = request.id
LEFT JOIN disclosure_paidvillage AS kept ON notice.id = kept.notice_id
WHERE kept.id IS NULL;

-- Records a closed request's paid facts and one message a credited payment; NULL when nobody was credited.
CREATE OR REPLACE FUNCTION disclosure_record_paid(
    request bigint, sign text, phone text, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public,
pg_temp SET enable_nestloop = on SET work_mem = '64MB' AS $$
DECLARE
    subject payments_paymentrequest;
    notice bigint;
    facts record;
    pieces record;
BEGIN
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = request FOR UPDATE;
    IF subject.id IS NULL OR subject.state <> 'closed' THEN
        RAISE EXCEPTION '与银行对平关闭之后，才能登记实际发放情况。' USING ERRCODE = 'YK070';
    END IF;
    SELECT id INTO notice FROM disclosure_paidnotice WHERE request_id = request;
    IF notice IS NOT NULL THEN
        RETURN notice;
    END IF;
    PERFORM core_plan_for(subject.count);
    SELECT * INTO facts FROM disclosure_facts(subject, NULL);
    IF facts.digest IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO STRICT pieces FROM disclosure_sms_pieces(sign, phone, request);
    INSERT INTO disclosure_paidnotice (request_id, count, total_fen, paid_from, paid_to, due_on, digest, area_code,
                                       agency_id, facts_at, recorded_at)
    VALUES (request, facts.line_count, facts.line_fen, facts.paid_from, facts.paid_to, facts.paid_to + 5, facts.digest,
            subject.area_code, subject.agency_id, business_moment, clock_timestamp())
    RETURNING id INTO notice;
    INSERT INTO disclosure_smsmessage (notice_id, fiscal_year, payment_id, person_id, text, recorded_at)
    SELECT notice, line.fiscal_year, line.payment_id, line.payee_id,
           pieces.opening || disclosure_yuan(line.amount_fen) || pieces.middle || card.tail || pieces.ending,
           clock_timestamp()
    FROM disclosure_credited(subject) AS line
    INNER JOIN registry_card AS card ON card.id = line.card_id
    ORDER BY line.payment_id;
    PERFORM disclosure_write_villages(notice, subject.fiscal_year);
    PERFORM core_record('payment_request.paid_facts_recorded', 'payment_request:' || request, official,
                        business_moment, jsonb_build_object('notice', notice, 'digest', facts.digest,
                                                            'texts', disclosure_texts_digest(notice)));
    RETURN notice;
END
$$;
