-- The four books of a day, added up once: reported and booked totals a file, and what the ledger says of them
-- (Q2, G21).

-- From which account a request is paid: its files say so; of what was accepted, the statement that shows it.
CREATE OR REPLACE VIEW banking_requestaccount AS
SELECT
    sent.request_id,
    place.account_id
FROM banking_paymentinstruction AS sent
INNER JOIN banking_account AS place ON sent.agreement_id = place.agreement_id
UNION
SELECT
    subject.id AS request_id,
    place.account_id
FROM payments_paymentrequest AS subject
-- Looked up for each of the few that there are (hence OFFSET).
CROSS JOIN
    LATERAL (
        SELECT line.statement_id FROM banking_acceptedline AS line
        WHERE line.request_id = subject.id
        ORDER BY line.payment_id OFFSET 0
    ) AS accepted
INNER JOIN banking_bankstatement AS statement ON accepted.statement_id = statement.id
INNER JOIN banking_account AS place ON statement.agreement_id = place.agreement_id
WHERE subject.kind = 'accepted';

-- What was accepted is counted under the file that the bank paid it of.
CREATE OR REPLACE FUNCTION banking_tally_accepted(applied bigint, request bigint) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp SET enable_nestloop = on AS $$
    INSERT INTO banking_reportedtotal (applied_report_id, instruction_id, agreement_id, result, action, booked_on, count,
        total_fen, line_fen)
    SELECT applied, sent.id, place.account_id, outcome.result, outcome.action, outcome.booked_on, count(*),
           sum(outcome.amount_fen)::bigint, sum(accepted.amount_fen)::bigint
    FROM banking_acceptedline AS accepted
    INNER JOIN payments_paymentoutcome AS outcome
        ON outcome.fiscal_year = accepted.fiscal_year AND outcome.payment_id = accepted.payment_id
        AND outcome.applied_report_id = applied
    INNER JOIN banking_bankstatement AS statement ON statement.id = accepted.statement_id
    INNER JOIN banking_account AS place ON place.agreement_id = statement.agreement_id
    INNER JOIN banking_statementline AS line
        ON line.statement_id = accepted.statement_id AND line.line_no = accepted.line_no
    LEFT JOIN banking_paymentinstruction AS sent ON sent.message_id = line.message_id
    WHERE accepted.request_id = request
    GROUP BY sent.id, place.account_id, outcome.result, outcome.action, outcome.booked_on
$$;

CREATE OR REPLACE FUNCTION banking_tally_report(
    applied bigint, request bigint, year smallint, line_count bigint
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '256MB' AS $$
DECLARE
    -- Files are runs of payments, so the place of a payment among their first ids tells its file.
    firsts bigint[];
    files bigint[];
BEGIN
    SELECT array_agg(one.first_payment_id ORDER BY one.first_payment_id), array_agg(one.id ORDER BY one.first_payment_id)
    INTO firsts, files
    FROM banking_paymentinstruction AS one
    INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = one.id
    WHERE one.request_id = request AND stands.kind <> 'void';
    PERFORM core_plan_for(line_count);
    INSERT INTO banking_reportedtotal (applied_report_id, instruction_id, agreement_id, result, action, booked_on, count,
        total_fen, line_fen)
    SELECT applied, sent.id, place.account_id, part.result, part.action, part.booked_on, part.line_count,
           part.total_fen, part.line_fen
    FROM (
        SELECT width_bucket(outcome.payment_id, coalesce(firsts, '{}')) AS place, outcome.result, outcome.action,
               outcome.booked_on, count(*) AS line_count, sum(outcome.amount_fen)::bigint AS total_fen,
               sum(payment.amount_fen)::bigint AS line_fen
        FROM payments_paymentoutcome AS outcome
        INNER JOIN payments_payment AS payment ON payment.fiscal_year = year AND payment.id = outcome.payment_id
        WHERE outcome.applied_report_id = applied AND outcome.fiscal_year = year
        GROUP BY 1, outcome.result, outcome.action, outcome.booked_on
    ) AS part
    LEFT JOIN banking_paymentinstruction AS sent ON sent.id = files[part.place]
    LEFT JOIN banking_account AS place ON place.agreement_id = sent.agreement_id;
END
$$;

-- Most bookings name their instruction; of the others the payment tells it.
CREATE OR REPLACE FUNCTION banking_tally_statement(subject banking_bankstatement) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '256MB' AS $$
DECLARE
    years smallint[] := ARRAY(SELECT DISTINCT sent.fiscal_year FROM banking_paymentinstruction AS sent);
BEGIN
    PERFORM core_plan_for(subject.debit_count + subject.credit_count);
    INSERT INTO banking_bookedtotal (statement_id, instruction_id, kind, count, total_fen)
    SELECT subject.id, part.instruction_id,
           CASE
               WHEN part.side = 'debit' THEN CASE WHEN part.instruction_id IS NULL THEN 'other_debit' ELSE 'payment' END
               WHEN part.is_return THEN 'return'
               ELSE 'other_credit'
           END,
           sum(part.line_count), sum(part.total_fen)
    FROM (
        SELECT coalesce(line.instruction_id, owner.id) AS instruction_id, line.side, line.is_return, line.line_count,
               line.total_fen
        FROM (
            SELECT sent.id AS instruction_id, booked.side, booked.return_reason <> '' AS is_return,
                   CASE WHEN sent.id IS NULL THEN booked.end_to_end_id END AS end_to_end_id, count(*) AS line_count,
                   sum(booked.amount_fen)::bigint AS total_fen
            FROM banking_statementline AS booked
            LEFT JOIN banking_paymentinstruction AS sent ON sent.message_id = booked.message_id
            WHERE booked.statement_id = subject.id
            GROUP BY 1, 2, 3, 4
        ) AS line
        LEFT JOIN payments_payment AS payment
            ON payment.end_to_end_id = line.end_to_end_id AND payment.fiscal_year = ANY (years)
        LEFT JOIN (
            SELECT one.* FROM banking_paymentinstruction AS one
            INNER JOIN banking_instructionstate AS stands ON stands.instruction_id = one.id AND stands.kind <> 'void'
        ) AS owner
            ON owner.request_id = payment.request_id
            AND payment.id BETWEEN owner.first_payment_id AND owner.last_payment_id
    ) AS part
    GROUP BY 2, 3;
END
$$;

-- A day's file that was ordered otherwise than its lines say; looked at once a file, when its first result is counted.
CREATE OR REPLACE FUNCTION banking_check_lines(applied bigint, business_moment timestamptz) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT banking_raise('lines_otherwise:' || sent.id, 'lines_otherwise', NULL, NULL, sent.request_id,
                         sent.agreement_id, line.line_count, line.line_fen, sent.total_fen, sent.message_id,
                         business_moment)
    FROM (SELECT DISTINCT one.instruction_id FROM banking_reportedtotal AS one
          WHERE one.applied_report_id = applied) AS told
    INNER JOIN banking_paymentinstruction AS sent ON sent.id = told.instruction_id
    CROSS JOIN LATERAL (
        SELECT count(*) AS line_count, coalesce(sum(payment.amount_fen), 0)::bigint AS line_fen
        FROM payments_payment AS payment
        WHERE payment.fiscal_year = sent.fiscal_year AND payment.request_id = sent.request_id
            AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
    ) AS line
    WHERE (line.line_count, line.line_fen) <> (sent.count, sent.total_fen)
        AND NOT EXISTS (SELECT 1 FROM banking_reportedtotal AS earlier
                        WHERE earlier.instruction_id = sent.id AND earlier.applied_report_id < applied)
$$;

-- Adds up what was applied and taken for an account since last time. Again changes nothing; returns how many messages
-- were added up.
CREATE OR REPLACE FUNCTION banking_tally(
    agreement bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
    fresh record;
    statement banking_bankstatement;
    added bigint := 0;
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('banking_tally'), 0);
    FOR fresh IN
        SELECT applied.id, applied.request_id, request.fiscal_year, request.kind,
               applied.credited_count + applied.failed_count + applied.returned_count AS line_count
        FROM payments_appliedreport AS applied
        INNER JOIN payments_paymentrequest AS request ON request.id = applied.request_id
        WHERE applied.credited_count + applied.failed_count + applied.returned_count > 0
            AND applied.request_id IN (SELECT one.request_id FROM banking_requestaccount AS one
                                       WHERE one.account_id = agreement)
            AND NOT EXISTS (SELECT 1 FROM banking_reportedtotal AS one WHERE one.applied_report_id = applied.id)
        ORDER BY applied.id
    LOOP
        IF fresh.kind = 'accepted' THEN
            PERFORM banking_tally_accepted(fresh.id, fresh.request_id);
        ELSE
            PERFORM banking_tally_report(fresh.id, fresh.request_id, fresh.fiscal_year, fresh.line_count);
        END IF;
        PERFORM banking_check_lines(fresh.id, business_moment);
        added := added + 1;
    END LOOP;
    FOR statement IN
        SELECT one.* FROM banking_bankstatement AS one
        WHERE one.agreement_id = agreement AND one.debit_count + one.credit_count > 0
            AND NOT EXISTS (SELECT 1 FROM banking_bookedtotal AS total WHERE total.statement_id = one.id)
        ORDER BY one.id
    LOOP
        PERFORM banking_tally_statement(statement);
        added := added + 1;
    END LOOP;
    RETURN added;
END
$$;

-- What the ledger moved for the results of applied reports since a day, beside what the results add up to: one row a
-- report and movement that differ, of few rows on both sides.
CREATE OR REPLACE FUNCTION banking_ledger_differences(agreement bigint, since date) RETURNS TABLE (
    applied_report_id bigint, request_id bigint, movement text, kind text, line_count bigint, reported_fen bigint,
    posted_fen bigint, report_day date
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT applied.id, applied.request_id, one.movement,
           CASE
               WHEN posted.id IS NULL THEN 'result_not_posted'
               WHEN one.total_fen = 0 THEN 'posted_without_result'
               ELSE 'posted_otherwise'
           END,
           one.line_count, one.total_fen, coalesce(posted.amount_fen, 0),
           (applied.applied_at AT TIME ZONE 'Asia/Shanghai')::date
    FROM payments_appliedreport AS applied
    CROSS JOIN LATERAL (
        SELECT way.movement, coalesce(sum(total.count), 0)::bigint AS line_count,
               coalesce(sum(total.total_fen), 0)::bigint AS total_fen
        FROM (VALUES ('credit', 'credited'), ('fail', 'failed'), ('return', 'returned')) AS way (movement, result)
        LEFT JOIN banking_reportedtotal AS total
            ON total.applied_report_id = applied.id AND total.result = way.result
        GROUP BY way.movement
    ) AS one
    LEFT JOIN ledger_transfer AS posted ON posted.key = one.movement || ':' || applied.id
    WHERE applied.applied_at >= since
        AND applied.request_id IN (SELECT one.request_id FROM banking_requestaccount AS one
                                   WHERE one.account_id = agreement)
        AND (one.total_fen > 0 OR posted.id IS NOT NULL)
        AND one.total_fen IS DISTINCT FROM posted.amount_fen
$$;

-- Days of an account on which the bank reported bookings, of which no statement has come: how many, how much.
CREATE OR REPLACE FUNCTION banking_missing_statements(agreement bigint, since date, until date) RETURNS TABLE (
    day date, line_count bigint, total_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT total.booked_on, sum(total.count)::bigint, sum(total.total_fen)::bigint
    FROM banking_reportedtotal AS total
    WHERE total.agreement_id = agreement AND total.booked_on BETWEEN since AND until
        AND total.result IN ('credited', 'returned')
        AND NOT EXISTS (SELECT 1 FROM banking_bankstatement AS one
                        WHERE one.agreement_id = agreement AND one.day = total.booked_on)
    GROUP BY total.booked_on
$$;

-- The daily look at an account at T+1: ledger against results, days without their statement, statements that came after
-- they had been missed. Goes back so many days; again raises nothing new. Returns how many differences were raised.
CREATE OR REPLACE FUNCTION banking_check_books(
    agreement bigint, days_back integer, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
    today date := (business_moment AT TIME ZONE 'Asia/Shanghai')::date;
    raised bigint[];
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    SELECT array_agg(found.raised) INTO raised FROM (
        SELECT banking_raise(concat_ws(':', one.kind, one.movement, one.applied_report_id), one.kind, NULL, NULL,
                             one.request_id, agreement, one.line_count, one.posted_fen, one.reported_fen, one.movement,
                             business_moment, one.report_day) AS raised
        FROM banking_ledger_differences(agreement, today - days_back) AS one
        UNION ALL
        SELECT banking_raise(concat_ws(':', 'statement_missing', agreement, one.day), 'statement_missing', NULL, NULL,
                             NULL, agreement, one.line_count, one.total_fen, 0, '', business_moment, one.day)
        FROM banking_missing_statements(agreement, today - days_back, today - 1) AS one
        UNION ALL
        SELECT banking_raise(concat_ws(':', 'statement_late', statement.id), 'statement_late', statement.report_id,
                             statement.id, NULL, agreement, missed.count, missed.expected_fen, statement.debit_fen, '',
                             business_moment)
        FROM banking_break AS missed
        INNER JOIN banking_bankstatement AS statement
            ON statement.agreement_id = missed.agreement_id AND statement.day = missed.day
        WHERE missed.agreement_id = agreement AND missed.kind = 'statement_missing' AND missed.day >= today - days_back
    ) AS found;
    RETURN cardinality(array_remove(raised, NULL));
END
$$;

-- Each reported total, and whether the ledger moved exactly what its report adds up to.
CREATE OR REPLACE VIEW banking_postedtotal AS
SELECT
    total.id,
    total.instruction_id,
    total.agreement_id,
    total.result,
    total.booked_on,
    total.count,
    total.total_fen,
    total.line_fen,
    coalesce(posted.amount_fen = CASE total.result
        WHEN 'credited' THEN applied.credited_fen
        WHEN 'failed' THEN applied.failed_fen
        ELSE applied.returned_fen
    END, FALSE) AS is_posted
FROM banking_reportedtotal AS total
INNER JOIN payments_appliedreport AS applied ON total.applied_report_id = applied.id
LEFT JOIN ledger_transfer AS posted
    ON
        posted.key = CASE total.result WHEN 'credited' THEN 'credit:' WHEN 'failed' THEN 'fail:' ELSE 'return:' END
        || total.applied_report_id;
