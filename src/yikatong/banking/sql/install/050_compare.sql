-- One statement against the line results, by set: every booking has its outcome, every outcome its booking.

CREATE OR REPLACE FUNCTION banking_differences(statement bigint) RETURNS TABLE (
    request_id bigint, kind text, expected_fen bigint, found_fen bigint, end_to_end_id text
)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_nestloop = on SET enable_mergejoin = off
SET work_mem = '64MB' AS $$
DECLARE
    -- Only the years that were ever instructed; known beforehand, the other years' partitions are left out of the plan.
    years smallint[] := ARRAY(SELECT DISTINCT sent.fiscal_year FROM banking_paymentinstruction AS sent);
    of_day date;
    line_count bigint;
    account bigint;
BEGIN
    SELECT one.day, one.debit_count + one.credit_count, one.agreement_id INTO of_day, line_count, account
    FROM banking_bankstatement AS one WHERE one.id = statement;
    IF line_count > 50000 AND line_count * 8 > core_row_estimate('payments_payment')
        AND (SELECT found.is_paired FROM banking_is_paired(statement, of_day, years) AS found) THEN
        RETURN QUERY SELECT strange.* FROM banking_strange_differences(statement) AS strange;
        RETURN;
    END IF;
    PERFORM core_plan_for(line_count);
    RETURN QUERY WITH told AS (
        SELECT
            result.id, result.request_id, result.result, result.amount_fen, result.bank_reference,
            payment.end_to_end_id, CASE result.result WHEN 'credited' THEN 'debit' ELSE 'credit' END AS side
        FROM banking_reports_of(statement) AS applied (id)
        -- The results of a report by the report, the payment of a result by its key: never all of a year's (OFFSET and
        -- LIMIT leave the planner no other way). The year is told once: twice, and without statistics, any index that begins
        -- with it looks as good as the key's own. Numbers are of one sequence for all years.
        CROSS JOIN LATERAL (
            SELECT one.* FROM payments_paymentoutcome AS one
            WHERE one.applied_report_id = applied.id AND one.result IN ('credited', 'returned')
                AND one.fiscal_year = ANY (years) OFFSET 0
        ) AS result
        CROSS JOIN LATERAL (
            SELECT one.end_to_end_id FROM payments_payment AS one
            WHERE one.id = result.payment_id AND one.fiscal_year = ANY (years)
            ORDER BY one.id LIMIT 1
        ) AS payment
        WHERE result.booked_on = of_day
    ), odd AS MATERIALIZED (
        -- Bookings and results of the day that are not each other's, each read once. What becomes of these, which are few,
        -- is looked up one by one (LIMIT keeps that from becoming a join of everything with everything).
        SELECT
            line.id AS line_id, line.side, line.amount_fen, line.bank_reference, line.end_to_end_id, line.message_id,
            line.is_repeated, line.of_void, told.request_id, told.result, told.amount_fen AS told_fen, told.end_to_end_id AS told_id
        FROM (
            SELECT
                booked.*,
                -- What a bank pays of a file that was void is no payment of ours, whatever else was paid (C19).
                booked.side = 'debit' AND booked.message_id IN (
                    SELECT gone.message_id FROM banking_voidfile AS gone
                ) AS of_void,
                (booked.end_to_end_id, booked.side) IN (
                    SELECT one.end_to_end_id, one.side FROM banking_statementline AS one
                    WHERE one.statement_id = statement GROUP BY one.end_to_end_id, one.side HAVING count(*) > 1
                ) AS is_repeated
            FROM banking_statementline AS booked
            -- Money that comes for another reason than a return is the drawdown's.
            WHERE booked.statement_id = statement AND (booked.side = 'debit' OR booked.return_reason <> '')
        ) AS line
        FULL JOIN told ON told.end_to_end_id = line.end_to_end_id AND told.side = line.side
        WHERE line.id IS NULL OR told.id IS NULL OR line.of_void OR line.is_repeated OR told.amount_fen <> line.amount_fen
            OR NOT payments_same_reference(told.bank_reference, line.bank_reference)
    )
    SELECT booked_line.* FROM (
        SELECT
            CASE WHEN payment.is_own THEN payment.request_id END AS request_id,
            CASE
                WHEN line.of_void THEN 'paid_though_void'
                -- A debit that names neither payment nor instruction is no payment: a fee, which S6 forbids.
                WHEN line.side = 'debit' AND payment.id IS NULL AND line.message_id IN ('', 'NOTPROVIDED')
                    AND line.end_to_end_id IN ('', 'NOTPROVIDED') THEN 'fee'
                WHEN line.side = 'debit' AND payment.is_own IS NOT TRUE THEN 'unknown_debit'
                WHEN line.side = 'credit' AND outcome.id IS NULL THEN 'return_not_reported'
                WHEN outcome.id IS NULL OR outcome.result = 'failed' THEN 'booked_not_reported'
                WHEN line.is_repeated THEN 'twice'
                WHEN outcome.amount_fen <> line.amount_fen THEN 'amount'
                WHEN NOT payments_same_reference(outcome.bank_reference, line.bank_reference) THEN 'reference'
            END AS kind,
            coalesce(CASE WHEN outcome.result <> 'failed' THEN outcome.amount_fen END, 0) AS expected_fen,
            line.amount_fen AS found_fen,
            line.end_to_end_id::text
        FROM odd AS line
        LEFT JOIN LATERAL (
            SELECT named.fiscal_year, named.id, named.request_id, named.entitlement_id, named.attempt,
                   banking_pays_from(named.request_id, account) AS is_own
            FROM payments_payment AS named
            WHERE named.end_to_end_id = line.end_to_end_id AND named.fiscal_year = ANY (years)
            ORDER BY named.end_to_end_id LIMIT 1
        ) AS payment ON TRUE
        LEFT JOIN LATERAL (
            SELECT one.id, one.result, one.amount_fen, one.bank_reference FROM payments_paymentoutcome AS one
            WHERE one.payment_id = payment.id AND one.sequence = CASE line.side WHEN 'debit' THEN 1 ELSE 2 END
                AND one.fiscal_year = ANY (years)
            UNION ALL
            -- What comes back of a booking that was accepted is the return of the payment that it was accepted as.
            SELECT one.id, one.result, one.amount_fen, one.bank_reference
            FROM payments_payment AS retry
            INNER JOIN payments_paymentrequest AS subject ON subject.id = retry.request_id AND subject.kind = 'accepted'
            INNER JOIN payments_paymentoutcome AS one
                ON one.fiscal_year = retry.fiscal_year AND one.payment_id = retry.id AND one.sequence = 2
            WHERE line.side = 'credit' AND retry.fiscal_year = payment.fiscal_year AND retry.fiscal_year = ANY (years)
                AND retry.entitlement_id = payment.entitlement_id AND retry.attempt > payment.attempt
            LIMIT 1
        ) AS outcome ON TRUE
        WHERE line.line_id IS NOT NULL
    ) AS booked_line WHERE booked_line.kind IS NOT NULL
    UNION ALL
    SELECT
        outcome.request_id,
        CASE outcome.result WHEN 'credited' THEN 'reported_not_booked' ELSE 'return_not_booked' END,
        outcome.told_fen, 0::bigint, outcome.told_id::text
    FROM odd AS outcome
    INNER JOIN banking_bankstatement AS subject ON subject.id = statement
    LEFT JOIN LATERAL (
        SELECT line.id FROM banking_statementline AS line
        INNER JOIN banking_bankstatement AS other ON other.id = line.statement_id
        WHERE line.end_to_end_id = outcome.told_id AND other.agreement_id = subject.agreement_id
            AND line.side = CASE outcome.result WHEN 'credited' THEN 'debit' ELSE 'credit' END
        ORDER BY line.end_to_end_id LIMIT 1
    ) AS elsewhere ON TRUE
    WHERE outcome.line_id IS NULL AND elsewhere.id IS NULL
    UNION ALL
    SELECT strange.* FROM banking_strange_differences(statement) AS strange;
END
$$;

-- The same differences; amounts that are those of other lines of the request are named so: sums do not show it (C11).
CREATE OR REPLACE FUNCTION banking_named_differences(statement bigint) RETURNS TABLE (
    request_id bigint, kind text, expected_fen bigint, found_fen bigint, end_to_end_id text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH found AS MATERIALIZED (
        SELECT one.* FROM banking_differences(statement) AS one
    ), swapped AS (
        SELECT one.request_id FROM found AS one WHERE one.kind = 'amount' GROUP BY one.request_id
        HAVING array_agg(one.expected_fen ORDER BY one.expected_fen) = array_agg(one.found_fen ORDER BY one.found_fen)
    )
    SELECT found.request_id,
           CASE WHEN found.kind = 'amount' AND swapped.request_id IS NOT NULL THEN 'swapped' ELSE found.kind END,
           found.expected_fen, found.found_fen, found.end_to_end_id
    FROM found LEFT JOIN swapped ON swapped.request_id = found.request_id
$$;

-- The lines of differences that were raised a moment ago, kept as they were found.
CREATE OR REPLACE FUNCTION banking_keep_lines(statement bigint, raised bigint[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO banking_breakline (difference_id, line_no, end_to_end_id, expected_fen, found_fen)
    SELECT subject.id, row_number() OVER (PARTITION BY subject.id ORDER BY line.end_to_end_id, line.found_fen),
           left(line.end_to_end_id, 80), line.expected_fen, line.found_fen
    FROM banking_named_differences(statement) AS line
    INNER JOIN banking_break AS subject
        ON subject.id = ANY (raised) AND subject.kind = line.kind
        AND subject.request_id IS NOT DISTINCT FROM line.request_id
    WHERE subject.statement_id = statement
$$;

-- Whether comparing a statement again could tell anything new: it was never compared, it differed, or a report that was
-- applied since then has results of its day.
CREATE OR REPLACE FUNCTION banking_is_news(subject banking_bankstatement, earlier banking_comparison) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT earlier.id IS NULL OR earlier.kind_count > 0 OR EXISTS (
        SELECT 1 FROM payments_appliedreport AS applied
        INNER JOIN payments_paymentoutcome AS outcome
            ON outcome.applied_report_id = applied.id AND outcome.booked_on = subject.day
        WHERE applied.id > earlier.applied_report_id AND banking_speaks_of(applied, subject.day)
    )
$$;

-- Raises one break a kind and request; the same differences again raise nothing new. Returns how many kinds differ. A
-- statement that agreed, and of whose day nothing was reported since, is not gone through again.
CREATE OR REPLACE FUNCTION banking_compare(
    statement bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject banking_bankstatement;
    terms banking_serviceagreement;
    earlier banking_comparison;
    differing record;
    kinds bigint := 0;
    raised bigint[] := '{}';
BEGIN
    SELECT * INTO subject FROM banking_bankstatement WHERE id = statement;
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = subject.agreement_id;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    SELECT * INTO earlier FROM banking_comparison WHERE statement_id = statement FOR UPDATE;
    IF NOT banking_is_news(subject, earlier) THEN
        RETURN earlier.kind_count;
    END IF;
    FOR differing IN
        SELECT one.request_id, one.kind, count(*) AS line_count, sum(one.expected_fen)::bigint AS expected_fen,
               sum(one.found_fen)::bigint AS found_fen, min(one.end_to_end_id) AS example
        FROM banking_named_differences(statement) AS one GROUP BY one.request_id, one.kind
    LOOP
        kinds := kinds + 1;
        raised := raised || banking_raise(
            concat_ws(':', differing.kind, statement, differing.request_id), differing.kind, subject.report_id,
            statement, differing.request_id, terms.id, differing.line_count, differing.expected_fen,
            differing.found_fen, differing.example, business_moment);
    END LOOP;
    IF array_remove(raised, NULL) <> '{}' THEN
        PERFORM banking_keep_lines(statement, raised);
    END IF;
    INSERT INTO banking_comparison AS noted (statement_id, applied_report_id, kind_count, compared_at)
    SELECT statement, coalesce(max(applied.id), 0), kinds, clock_timestamp() FROM payments_appliedreport AS applied
    ON CONFLICT (statement_id) DO UPDATE SET
        applied_report_id = excluded.applied_report_id, kind_count = excluded.kind_count,
        compared_at = excluded.compared_at;
    RETURN kinds;
END
$$;

-- A report that is not what it should be: nothing was taken from it, and somebody has to look.
CREATE OR REPLACE FUNCTION banking_report_break(
    break_kind text, report bigint, agreement bigint, line_count bigint, line_fen bigint, example text,
    official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement;
    IF terms.id IS NULL OR break_kind NOT IN ('altered_report', 'unsigned_report', 'unknown_message')
        OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    PERFORM banking_raise(break_kind || ':' || report, break_kind, report, NULL, NULL, agreement, line_count, 0, line_fen,
                          example, business_moment);
END
$$;

-- A number of the bank's own series did not come, and others wait for it: somebody asks the bank, once.
CREATE OR REPLACE FUNCTION banking_report_gap(
    agreement bigint, series text, missing bigint, waiting_count bigint, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    PERFORM banking_raise(
        left(concat_ws(':', 'report_gap', terms.provider_id, missing, series), 120), 'report_gap', NULL, NULL, NULL,
        agreement, waiting_count, 0, 0, concat_ws(' 第 ', series, missing || ' 号'), business_moment);
END
$$;
