-- What is looked at before a statement is compared line by line: most differ in nothing.

-- Whether a report may have results of a day: one that was applied before its days were kept may have any.
CREATE OR REPLACE FUNCTION banking_speaks_of(applied payments_appliedreport, day date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN day BETWEEN coalesce((applied).first_booked_on, '-infinity') AND coalesce((applied).last_booked_on, 'infinity');

-- The reports whose results a statement is held against: what was booked on its day was reported that day or later, and
-- what is paid from another account has its partner on that one's statement (C07).
CREATE OR REPLACE FUNCTION banking_reports_of(statement bigint) RETURNS SETOF bigint
LANGUAGE sql STABLE PARALLEL SAFE ROWS 20 SET search_path = public, pg_temp AS $$
    SELECT applied.id
    FROM banking_bankstatement AS subject
    INNER JOIN payments_appliedreport AS applied
        ON applied.applied_at >= subject.day::timestamptz - interval '1 day' AND banking_speaks_of(applied, subject.day)
    WHERE subject.id = statement AND banking_pays_from(applied.request_id, subject.agreement_id)
$$;

-- Bookings on another card than the instructed one, which differ in nothing else (C08).
CREATE OR REPLACE FUNCTION banking_strange_differences(statement bigint) RETURNS TABLE (
    request_id bigint, kind text, expected_fen bigint, found_fen bigint, end_to_end_id text
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT strange.request_id, 'other_card', strange.amount_fen, strange.amount_fen, strange.end_to_end_id::text
    FROM banking_othercardline AS strange WHERE strange.statement_id = statement
$$;

-- Whether nothing differs at all, which is the rule, found out as a set: every booking of the statement has its result
-- of the day, of the same amount and reference, and there are as many of the ones as of the others. For a statement
-- that has a large part of all payments on it; two processors do it together.
CREATE OR REPLACE FUNCTION banking_is_paired(statement bigint, of_day date, years smallint[]) RETURNS TABLE (
    is_paired boolean
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_nestloop = off SET enable_mergejoin = off
SET work_mem = '64MB' AS $$
    WITH result AS NOT MATERIALIZED (
        SELECT one.* FROM payments_paymentoutcome AS one
        WHERE one.fiscal_year = ANY (years) AND one.booked_on = of_day AND one.result IN ('credited', 'returned')
            AND one.applied_report_id = ANY (ARRAY(SELECT banking_reports_of(statement)))
    )
    SELECT count(*) FILTER (WHERE pair.is_odd) = 0 AND count(*) = (SELECT count(*) FROM result)
    FROM (
        SELECT line.id IS NULL OR told.id IS NULL OR told.amount_fen <> line.amount_fen OR line.message_id IN (
            SELECT gone.message_id FROM banking_voidfile AS gone
        ) OR NOT payments_same_reference(told.bank_reference, line.bank_reference) AS is_odd
        FROM (
            SELECT booked.* FROM banking_statementline AS booked
            WHERE booked.statement_id = statement AND (booked.side = 'debit' OR booked.return_reason <> '')
        ) AS line
        FULL JOIN (
            SELECT result.id, result.amount_fen, result.bank_reference, payment.end_to_end_id,
                   CASE result.result WHEN 'credited' THEN 'debit' ELSE 'credit' END AS side
            FROM result
            INNER JOIN payments_payment AS payment
                ON payment.fiscal_year = result.fiscal_year AND payment.id = result.payment_id
            WHERE payment.fiscal_year = ANY (years)
        ) AS told ON told.end_to_end_id = line.end_to_end_id AND told.side = line.side
    ) AS pair
$$;
