-- One statement against the line results, by set: every booking has its outcome, every outcome its booking.

CREATE OR REPLACE FUNCTION banking_differences(statement bigint) RETURNS TABLE (
    request_id bigint, kind text, expected_fen bigint, found_fen bigint, end_to_end_id text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT * FROM (
        SELECT
            payment.request_id,
            CASE
                WHEN line.side = 'debit' AND payment.id IS NULL THEN 'unknown_debit'
                WHEN line.side = 'credit' AND outcome.id IS NULL THEN 'return_not_reported'
                WHEN outcome.id IS NULL OR outcome.result = 'failed' THEN 'booked_not_reported'
                WHEN line.times > 1 THEN 'twice'
                WHEN outcome.amount_fen <> line.amount_fen THEN 'amount'
                WHEN NOT payments_same_reference(outcome.bank_reference, line.bank_reference) THEN 'reference'
            END AS kind,
            coalesce(CASE WHEN outcome.result <> 'failed' THEN outcome.amount_fen END, 0) AS expected_fen,
            line.amount_fen AS found_fen,
            line.end_to_end_id::text
        FROM (
            SELECT booked.*, count(*) OVER (PARTITION BY booked.end_to_end_id, booked.side) AS times
            FROM banking_statementline AS booked
            -- Money that comes for another reason than a return is the drawdown's.
            WHERE booked.statement_id = statement AND (booked.side = 'debit' OR booked.return_reason <> '')
        ) AS line
        -- Only the years that were ever instructed, so that the others are not searched for each line.
        LEFT JOIN payments_payment AS payment
            ON payment.end_to_end_id = line.end_to_end_id AND payment.fiscal_year = ANY (
                ARRAY(SELECT DISTINCT sent.fiscal_year FROM banking_paymentinstruction AS sent))
        LEFT JOIN payments_paymentoutcome AS outcome
            ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
            AND outcome.sequence = CASE line.side WHEN 'debit' THEN 1 ELSE 2 END
    ) AS booked_line WHERE booked_line.kind IS NOT NULL
    UNION ALL
    SELECT
        outcome.request_id,
        CASE outcome.result WHEN 'credited' THEN 'reported_not_booked' ELSE 'return_not_booked' END,
        outcome.amount_fen, 0, payment.end_to_end_id
    FROM banking_bankstatement AS subject
    INNER JOIN payments_appliedreport AS applied
        -- What was booked on the statement's day was reported that day or later.
        ON applied.applied_at >= subject.day::timestamptz - interval '1 day'
    INNER JOIN payments_paymentoutcome AS outcome
        ON outcome.applied_report_id = applied.id AND outcome.result IN ('credited', 'returned')
        AND outcome.booked_on = subject.day
    INNER JOIN payments_payment AS payment
        ON payment.fiscal_year = outcome.fiscal_year AND payment.id = outcome.payment_id
    WHERE subject.id = statement
        AND EXISTS (SELECT 1 FROM banking_paymentinstruction AS sent
                    WHERE sent.request_id = outcome.request_id AND sent.agreement_id = subject.agreement_id)
        AND NOT EXISTS (
            SELECT 1 FROM banking_statementline AS line
            INNER JOIN banking_bankstatement AS other ON other.id = line.statement_id
            WHERE line.end_to_end_id = payment.end_to_end_id AND other.agreement_id = subject.agreement_id
                AND line.side = CASE outcome.result WHEN 'credited' THEN 'debit' ELSE 'credit' END
        )
$$;

-- Raises one break a kind and request; the same differences again raise nothing new. Returns how many kinds differ.
CREATE OR REPLACE FUNCTION banking_compare(
    statement bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject banking_bankstatement;
    terms banking_serviceagreement;
    differing record;
    kind_count bigint := 0;
BEGIN
    SELECT * INTO subject FROM banking_bankstatement WHERE id = statement;
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = subject.agreement_id;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    FOR differing IN
        SELECT one.request_id, one.kind, count(*) AS line_count, sum(one.expected_fen)::bigint AS expected_fen,
               sum(one.found_fen)::bigint AS found_fen, min(one.end_to_end_id) AS example
        FROM banking_differences(statement) AS one GROUP BY one.request_id, one.kind
    LOOP
        kind_count := kind_count + 1;
        PERFORM banking_raise(
            concat_ws(':', differing.kind, statement, differing.request_id), differing.kind, subject.report_id,
            statement, differing.request_id, terms.id, differing.line_count, differing.expected_fen,
            differing.found_fen, differing.example, business_moment);
    END LOOP;
    RETURN kind_count;
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
    IF terms.id IS NULL OR break_kind NOT IN ('altered_report', 'unknown_message')
        OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    PERFORM banking_raise(break_kind || ':' || report, break_kind, report, NULL, NULL, agreement, line_count, 0, line_fen,
                          example, business_moment);
END
$$;
