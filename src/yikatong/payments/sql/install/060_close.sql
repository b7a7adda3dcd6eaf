-- A request closes only when line results equal the bank's statement, compared as a set and not as totals (C11, C14).

-- Why line results and the bank's statement are not the same; NULL when they are.
CREATE OR REPLACE FUNCTION payments_unmatched(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN answered.count <> subject.count
            THEN format('还有 %s 笔没有银行结果，不能关闭。', subject.count - answered.count)
        WHEN matched.id IS NULL THEN '还没有与银行对账单核对，不能关闭。'
        WHEN (matched.debit_count, matched.debit_fen) IS DISTINCT FROM (answered.credited_count, answered.credited_fen)
            THEN '到账笔数或金额与银行对账单不一致，不能关闭。'
    END
    FROM payments_paymentrequest AS subject
    CROSS JOIN LATERAL (
        SELECT
            count(*) AS count,
            count(*) FILTER (WHERE outcome.result = 'credited') AS credited_count,
            coalesce(sum(outcome.amount_fen) FILTER (WHERE outcome.result = 'credited'), 0)::bigint AS credited_fen
        FROM payments_paymentoutcome AS outcome
        INNER JOIN payments_appliedreport AS applied ON applied.id = outcome.applied_report_id
        WHERE applied.request_id = subject.id AND outcome.fiscal_year = subject.fiscal_year AND outcome.sequence = 1
    ) AS answered
    LEFT JOIN payments_statementmatch AS matched ON matched.request_id = subject.id
    WHERE subject.id = request
$$;

-- Guard of closing: nothing is left to look at, every payment has an answer, and the statement was matched.
CREATE OR REPLACE FUNCTION payments_close_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN count(*) > 0 THEN format('还有 %s 处银行回盘不符没有处理，不能关闭。', count(*))
        ELSE payments_unmatched(request)
    END
    FROM payments_paymentexception AS problem
    WHERE payments_stands_open(problem) AND (problem.request_id = request OR EXISTS (
        SELECT 1 FROM payments_payment AS payment
        WHERE payment.fiscal_year = problem.fiscal_year AND payment.id = problem.payment_id
            AND payment.request_id = request
    ))
$$;

-- How many bookings of the statement and credited payments of the request have no partner of the same amount. What is
-- booked more than once finds its payment more than once, so that there are more pairs than credited payments.
-- (As a table of one row, so that two processors may do it together.)
DROP FUNCTION IF EXISTS payments_statement_differences(payments_paymentrequest, bigint);
CREATE OR REPLACE FUNCTION payments_statement_differences(subject payments_paymentrequest, statement bigint)
RETURNS TABLE (difference_count bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    SELECT count(*) FILTER (WHERE NOT pair.is_booked OR NOT pair.is_credited)
        + count(*) FILTER (WHERE pair.is_booked AND pair.is_credited) - (
            SELECT count(*) FROM payments_paymentoutcome AS outcome
            WHERE outcome.fiscal_year = subject.fiscal_year AND outcome.request_id = subject.id
                AND outcome.sequence = 1 AND outcome.result = 'credited'
        ) + count(*) FILTER (WHERE NOT pair.is_booked)
    FROM (
        SELECT item.end_to_end_id IS NOT NULL AS is_booked, credited.end_to_end_id IS NOT NULL AS is_credited
        FROM (
            SELECT one.end_to_end_id, one.amount_fen FROM payments_statementitem AS one
            WHERE one.statement_id = statement AND one.request_id = subject.id
        ) AS item
        FULL JOIN (
            SELECT payment.end_to_end_id, payment.amount_fen
            FROM payments_payment AS payment
            INNER JOIN payments_paymentoutcome AS outcome
                ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id AND outcome.sequence = 1
                AND outcome.result = 'credited' AND outcome.fiscal_year = subject.fiscal_year
                AND outcome.request_id = subject.id
            WHERE payment.request_id = subject.id AND payment.fiscal_year = subject.fiscal_year
        ) AS credited ON credited.end_to_end_id = item.end_to_end_id AND credited.amount_fen = item.amount_fen
    ) AS pair
$$;

CREATE OR REPLACE FUNCTION payments_close(
    request bigint, statement bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on AS $$
DECLARE
    subject payments_paymentrequest;
    matched payments_statementmatch;
    difference_count bigint;
BEGIN
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = request FOR UPDATE;
    IF subject.id IS NULL OR core_appointment_for(official, 'bank_exchange', subject.area_code, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    PERFORM core_plan_for(subject.count, 1000);
    SELECT found.difference_count INTO difference_count FROM payments_statement_differences(subject, statement) AS found;
    PERFORM core_plan_for(0);
    IF difference_count > 0 THEN
        RAISE EXCEPTION '银行对账单与发放结果有 % 笔对不上，不能关闭。请逐笔核对。', difference_count USING ERRCODE = 'YK066';
    END IF;
    INSERT INTO payments_statementmatch (request_id, statement_id, debit_count, debit_fen, matched_at, recorded_at)
    SELECT request, statement, count(*), coalesce(sum(item.amount_fen), 0), business_moment, clock_timestamp()
    FROM payments_statementitem AS item WHERE item.statement_id = statement AND item.request_id = request
    ON CONFLICT (request_id) DO NOTHING RETURNING * INTO matched;
    IF matched.id IS NOT NULL THEN
        PERFORM core_record('payment_request.matched', 'payment_request:' || request, official, business_moment,
                            to_jsonb(matched) - 'recorded_at' - 'matched_at');
    END IF;
    RETURN core_take('payment_request', request, 'close', official, business_moment, subject.version, subject.digest,
                     '');
END
$$;
