-- Applies a bank's report to a request: one verdict a line (RELIABILITY 2.4), outcomes, exceptions and money together.

-- A report that names no reference does not contradict one that does. Without a SET clause, so that it is written into
-- the statement that uses it; its body is bound to what it calls when it is made.
CREATE OR REPLACE FUNCTION payments_same_reference(one text, other text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN one = '' OR other = '' OR one = other;

-- Whether what a bank says of the card it paid (banking's ``marking``) is another card; without a SET clause, as above.
CREATE OR REPLACE FUNCTION payments_is_other_card(card registry_card, mark bytea) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE octet_length(mark)
    WHEN 32 THEN card.number_index <> mark
    ELSE (card.prefix || card.tail) NOT LIKE encode(mark, 'escape')
END;

-- The payment of another request that a line speaks of, as fiscal year and id; NULL where there is none. Asked only for
-- lines that are not of the request itself, which are few: it looks into every year.
CREATE OR REPLACE FUNCTION payments_stranger(told_id text) RETURNS bigint[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT ARRAY[stranger.fiscal_year, stranger.id]
    FROM payments_payment AS stranger WHERE stranger.end_to_end_id = told_id LIMIT 1
$$;

-- Each staged line with its verdict: new, same, or the kind of exception it is. A line whose payment is among those
-- from ``first_payment`` to ``last_payment`` (of the file that the report is of) finds it and its outcome by hashing.
-- Any other looks them up by itself (LIMIT leaves the planner no other way), which costs four times as much a line: the
-- staging table and a fresh year have no statistics, and a join of a thousand lines with a million payments was planned
-- pair by pair.
DROP FUNCTION IF EXISTS payments_verdicts(payments_paymentrequest, bigint);
CREATE OR REPLACE FUNCTION payments_verdicts(
    request payments_paymentrequest, report bigint, first_payment bigint, last_payment bigint
) RETURNS TABLE (
    end_to_end_id text,
    result text,
    reason_code text,
    action text,
    reason_words text,
    amount_fen bigint,
    bank_reference text,
    booked_on date, fiscal_year smallint, payment_id bigint, verdict text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' SET enable_nestloop = off
SET enable_mergejoin = off AS $$
    WITH line AS (
        SELECT staged.* FROM payments_reportedline AS staged
        WHERE staged.report_id = report AND coalesce(staged.request_id, request.id) = request.id
    ), doubted AS (
        -- What may have been paid through a file that was void, and whether that is still open.
        SELECT problem.payment_id, bool_or(payments_stands_open(problem)) AS is_doubted
        FROM payments_paymentexception AS problem
        WHERE problem.request_id = request.id AND problem.fiscal_year = request.fiscal_year
            AND problem.kind IN ('paid_though_void', 'perhaps_paid')
        GROUP BY problem.payment_id
    ), judged AS (
        SELECT
            line.*, doubted.is_doubted, seen.is_other_card, own.fiscal_year, own.id AS payment_id, own.amount_fen AS own_fen,
            CASE WHEN own.id IS NULL THEN payments_stranger(line.end_to_end_id) END AS stranger,
            line.end_to_end_id IN (
                SELECT one.end_to_end_id FROM line AS one GROUP BY one.end_to_end_id HAVING count(*) > 1
            ) AS is_repeated,
            earlier.result AS earlier_result, earlier.bank_reference AS earlier_reference,
            coalesce(later.is_there, FALSE) AS came_back
        FROM line
        LEFT JOIN (
            SELECT payment.fiscal_year, payment.id, payment.amount_fen, payment.end_to_end_id, payment.card_id
            FROM payments_payment AS payment
            WHERE payment.fiscal_year = request.fiscal_year AND payment.request_id = request.id
                AND payment.id BETWEEN first_payment AND last_payment
            ORDER BY payment.id OFFSET 0
        ) AS near ON near.end_to_end_id = line.end_to_end_id
        LEFT JOIN (
            SELECT outcome.payment_id, outcome.result, outcome.bank_reference FROM payments_paymentoutcome AS outcome
            WHERE outcome.fiscal_year = request.fiscal_year AND outcome.sequence = 1
                AND outcome.payment_id BETWEEN first_payment AND last_payment
            ORDER BY outcome.payment_id OFFSET 0
        ) AS near_told ON near_told.payment_id = near.id
        LEFT JOIN LATERAL (
            SELECT payment.fiscal_year, payment.id, payment.amount_fen, payment.request_id, payment.card_id
            FROM payments_payment AS payment
            WHERE near.id IS NULL
                AND payment.end_to_end_id = line.end_to_end_id AND payment.fiscal_year = request.fiscal_year
            ORDER BY payment.end_to_end_id LIMIT 1
        ) AS far ON far.request_id = request.id
        CROSS JOIN LATERAL (
            SELECT coalesce(near.fiscal_year, far.fiscal_year) AS fiscal_year, coalesce(near.id, far.id) AS id,
                   coalesce(near.amount_fen, far.amount_fen) AS amount_fen, coalesce(near.card_id, far.card_id) AS card_id
        ) AS own
        LEFT JOIN LATERAL (
            SELECT payments_is_other_card(card, line.card_mark) AS is_other_card FROM registry_card AS card
            WHERE line.card_mark IS NOT NULL AND card.id = own.card_id
            ORDER BY card.id LIMIT 1
        ) AS seen ON TRUE
        LEFT JOIN LATERAL (
            SELECT outcome.result, outcome.bank_reference FROM payments_paymentoutcome AS outcome
            WHERE near.id IS NULL
                AND outcome.fiscal_year = request.fiscal_year AND outcome.payment_id = far.id AND outcome.sequence = 1
            ORDER BY outcome.payment_id LIMIT 1
        ) AS far_told ON TRUE
        CROSS JOIN LATERAL (
            SELECT coalesce(near_told.result, far_told.result) AS result,
                   coalesce(near_told.bank_reference, far_told.bank_reference) AS bank_reference
        ) AS earlier
        LEFT JOIN LATERAL (
            SELECT TRUE AS is_there FROM payments_paymentoutcome AS outcome
            WHERE earlier.result IS NOT NULL
                AND outcome.fiscal_year = request.fiscal_year AND outcome.payment_id = own.id AND outcome.sequence = 2
            ORDER BY outcome.payment_id LIMIT 1
        ) AS later ON TRUE
        LEFT JOIN doubted ON doubted.payment_id = own.id
    )
    SELECT
        judged.end_to_end_id, judged.result, judged.reason_code, judged.action, judged.reason_words, judged.amount_fen,
        judged.bank_reference, judged.booked_on, coalesce(judged.fiscal_year, judged.stranger[1]::smallint),
        coalesce(judged.payment_id, judged.stranger[2]),
        CASE
            WHEN judged.stranger IS NOT NULL THEN 'other_request'
            WHEN judged.payment_id IS NULL THEN 'unknown'
            -- Of a void instruction that nobody pays anything is what was expected; anything else is never settled: its
            -- lines went into another file (C19).
            WHEN judged.of_void THEN CASE judged.result WHEN 'failed' THEN 'same' ELSE 'paid_though_void' END
            -- A return may be of the money that was paid though void: which of the two came back, somebody has to say.
            WHEN judged.result = 'returned' AND EXISTS (
                SELECT 1 FROM payments_paymentexception AS problem
                WHERE problem.fiscal_year = judged.fiscal_year AND problem.payment_id = judged.payment_id
                    AND problem.kind = 'paid_though_void' AND NOT payments_is_reinstated(problem)
            ) THEN 'contradiction'
            WHEN judged.is_repeated THEN 'twice'
            WHEN judged.amount_fen <> judged.own_fen THEN 'other_amount'
            WHEN judged.is_other_card THEN 'other_card'
            WHEN judged.result = 'credited' AND judged.earlier_result IS NULL THEN 'new'
            WHEN judged.result = 'credited' AND judged.earlier_result = 'credited' THEN CASE
                WHEN NOT payments_same_reference(judged.bank_reference, judged.earlier_reference) THEN 'other_reference'
                -- After a return only the very same booking, told again, is no news.
                WHEN NOT judged.came_back OR judged.bank_reference = judged.earlier_reference THEN 'same'
                ELSE 'contradiction'
            END
            -- Nothing failed while the void file may be the one that paid: the bank says so itself, or it was seen. What
            -- two people looked at and resolved as not paid fails when the bank says so again.
            WHEN judged.result = 'failed' AND judged.earlier_result IS NULL
                AND coalesce(judged.is_doubted, judged.repeats_void) THEN 'perhaps_paid'
            WHEN judged.result = 'failed' AND judged.earlier_result IS NULL THEN 'new'
            WHEN judged.result = 'failed' AND judged.earlier_result = 'failed' THEN 'same'
            WHEN judged.result = 'returned' AND judged.earlier_result IS DISTINCT FROM 'credited'
                THEN 'return_without_credit'
            -- What people paid back already cannot come back from the bank as well: somebody has to look.
            WHEN judged.result = 'returned' AND EXISTS (
                SELECT 1 FROM payments_recovered AS recovered
                WHERE recovered.fiscal_year = judged.fiscal_year AND recovered.payment_id = judged.payment_id
            ) THEN 'contradiction'
            WHEN judged.result = 'returned' THEN CASE
                WHEN NOT payments_same_reference(judged.bank_reference, judged.earlier_reference) THEN 'other_reference'
                WHEN NOT judged.came_back THEN 'new'
                ELSE 'same'
            END
            WHEN judged.result IN ('credited', 'failed') THEN 'contradiction'
            ELSE 'unknown_result'
        END
    FROM judged
$$;

-- The latest file of a request that was void and counts after all; NULL: there is none.
CREATE OR REPLACE FUNCTION payments_reinstated(request bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT max(one.id) FROM payments_reinstatement AS one WHERE one.request_id = request
$$;

DROP FUNCTION IF EXISTS payments_apply_report(payments_paymentrequest, bigint, timestamptz);
CREATE OR REPLACE FUNCTION payments_apply_report(
    subject payments_paymentrequest, report bigint, first_payment bigint, last_payment bigint,
    business_moment timestamptz
) RETURNS payments_appliedreport
LANGUAGE sql SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    WITH applied AS (
        SELECT nextval(pg_get_serial_sequence('payments_appliedreport', 'id')) AS id
    ), judged AS MATERIALIZED (
        SELECT line.* FROM payments_verdicts(subject, report, first_payment, last_payment) AS line
    ), outcome AS (
        INSERT INTO payments_paymentoutcome (fiscal_year, payment_id, request_id, applied_report_id, sequence, result,
            reason_code, action, reason_words, amount_fen, bank_reference, booked_on, reported_at, recorded_at)
        SELECT judged.fiscal_year, judged.payment_id, subject.id, applied.id,
               CASE judged.result WHEN 'returned' THEN 2 ELSE 1 END, judged.result, judged.reason_code, judged.action,
               judged.reason_words, judged.amount_fen, judged.bank_reference,
               coalesce(judged.booked_on, (business_moment AT TIME ZONE 'Asia/Shanghai')::date),
               business_moment, clock_timestamp()
        FROM judged CROSS JOIN applied WHERE judged.verdict = 'new'
        RETURNING result, amount_fen, booked_on
    ), problem AS (
        INSERT INTO payments_paymentexception (request_id, applied_report_id, fiscal_year, payment_id, kind,
            end_to_end_id, seen_result, seen_reason_code, seen_amount_fen, seen_bank_reference, recorded_at, state,
            version, digest, case_no, area_code, agency_id)
        SELECT subject.id, applied.id, judged.fiscal_year, judged.payment_id, judged.verdict, judged.end_to_end_id,
               judged.result, judged.reason_code, judged.amount_fen, judged.bank_reference, clock_timestamp(),
               'raised', 0,
               encode(sha256(convert_to(concat_ws('|', applied.id, judged.verdict, judged.end_to_end_id, judged.result,
                   judged.reason_code, judged.amount_fen, judged.bank_reference), 'UTF8')), 'hex'),
               subject.case_no, subject.area_code, subject.agency_id
        FROM judged CROSS JOIN applied WHERE judged.verdict NOT IN ('new', 'same')
    ), sums AS (
        SELECT
            count(*) FILTER (WHERE result = 'credited') AS credited_count,
            coalesce(sum(amount_fen) FILTER (WHERE result = 'credited'), 0) AS credited_fen,
            count(*) FILTER (WHERE result = 'failed') AS failed_count,
            coalesce(sum(amount_fen) FILTER (WHERE result = 'failed'), 0) AS failed_fen,
            count(*) FILTER (WHERE result = 'returned') AS returned_count,
            coalesce(sum(amount_fen) FILTER (WHERE result = 'returned'), 0) AS returned_fen,
            min(booked_on) AS first_booked_on, max(booked_on) AS last_booked_on
        FROM outcome
    )
    INSERT INTO payments_appliedreport (id, request_id, report_id, reinstatement_id, line_count, same_count,
        exception_count, credited_count, credited_fen, failed_count, failed_fen, returned_count, returned_fen,
        first_booked_on, last_booked_on, applied_at, recorded_at)
    SELECT applied.id, subject.id, report, payments_reinstated(subject.id), count(*),
           count(*) FILTER (WHERE judged.verdict = 'same'),
           count(*) FILTER (WHERE judged.verdict NOT IN ('new', 'same')),
           sums.credited_count, sums.credited_fen, sums.failed_count, sums.failed_fen, sums.returned_count,
           sums.returned_fen, sums.first_booked_on, sums.last_booked_on, business_moment, clock_timestamp()
    FROM judged CROSS JOIN sums CROSS JOIN applied
    GROUP BY applied.id, sums.credited_count, sums.credited_fen, sums.failed_count, sums.failed_fen,
        sums.returned_count, sums.returned_fen, sums.first_booked_on, sums.last_booked_on
    RETURNING *
$$;

-- What the audit chain keeps of an applied report. Most stood under no reinstatement, and none before there were any.
CREATE OR REPLACE FUNCTION payments_applied_detail(applied payments_appliedreport) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT jsonb_strip_nulls(to_jsonb(applied)) - 'recorded_at' - 'applied_at'
        || jsonb_build_object('outcomes_digest', payments_outcomes_digest(applied.id))
$$;

-- The door: who may (a bank operator or the system), a request that was sent, a report applied once, and once more when
-- a void file that it speaks of counts after all. Where most of the report's payments lie is told only to find them
-- fast.
DROP FUNCTION IF EXISTS payments_record_outcomes(bigint, bigint, bigint, timestamptz);
CREATE OR REPLACE FUNCTION payments_record_outcomes(
    request bigint, report bigint, official bigint, business_moment timestamptz, first_payment bigint DEFAULT NULL,
    last_payment bigint DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on AS $$
DECLARE
    subject payments_paymentrequest;
    applied payments_appliedreport;
BEGIN
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = request FOR UPDATE;
    IF subject.id IS NULL OR core_appointment_for(official, 'bank_exchange', subject.area_code, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    SELECT * INTO applied FROM payments_appliedreport
    WHERE request_id = request AND report_id = report
        AND reinstatement_id IS NOT DISTINCT FROM payments_reinstated(request);
    IF applied.id IS NOT NULL THEN
        RETURN applied.id;
    END IF;
    IF NOT payments_sent(request) THEN
        RAISE EXCEPTION '这份申请的指令还没有发出，不能登记银行结果。' USING ERRCODE = 'YK064';
    END IF;
    -- Few lines look their payments up: all of a file's are not gone through for them.
    IF (SELECT count(*) FROM payments_reportedline AS line WHERE line.report_id = report)
        < (last_payment - first_payment) / 10 THEN
        first_payment := NULL;
    END IF;
    applied := payments_apply_report(subject, report, first_payment, last_payment, business_moment);
    IF applied.id IS NULL THEN
        RAISE EXCEPTION '回盘里没有这份申请的明细，没有可登记的结果。' USING ERRCODE = 'YK065';
    END IF;
    PERFORM core_record('payment_request.outcomes_recorded', 'payment_request:' || request, official, business_moment,
                        payments_applied_detail(applied));
    IF applied.credited_fen > 0 THEN
        PERFORM ledger_post('credit', applied.id, official, business_moment);
    END IF;
    IF applied.failed_fen > 0 THEN
        PERFORM ledger_post('fail', applied.id, official, business_moment);
    END IF;
    IF applied.returned_fen > 0 THEN
        PERFORM ledger_post('return', applied.id, official, business_moment);
    END IF;
    RETURN applied.id;
END
$$;
