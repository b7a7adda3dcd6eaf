-- 人、卡、钱 of a fiscal year (Q4, Q5): how many different people and cards a program or a township has cannot be added up
-- from parts. So a year is counted in the background, and what was counted is kept with its moment.
SELECT core_append_only(name) FROM unnest(ARRAY['banking_yearcount', 'banking_yearcountline']) AS name;

-- How far a county's year has come: its live batches, its latest batch, its latest results. Each fact that a count
-- reads makes it another one, and none comes back.
CREATE OR REPLACE FUNCTION banking_year_mark(county text, year smallint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT concat_ws('/', count(DISTINCT batch.id) FILTER (WHERE batch.state <> 'void'), max(batch.id), max(applied.id))
    FROM batches_paymentbatch AS batch
    LEFT JOIN payments_paymentrequest AS request ON batch.id = request.batch_id
    LEFT JOIN payments_appliedreport AS applied ON request.id = applied.request_id
    WHERE batch.fiscal_year = year AND batch.area_code LIKE left(county, 6) || '%'
$$;

-- By program, by township and in the whole, a person with several programs counting once: how many people on how many
-- cards are due how much by live batches, and how much of it was credited and did not come back. Reads one year's
-- partitions alone.
CREATE OR REPLACE FUNCTION banking_year_figures(county text, year smallint) RETURNS TABLE (
    program_id bigint, township_code text, person_count bigint, card_count bigint, line_count bigint, due_fen bigint,
    credited_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    WITH line AS (
        SELECT
            due.program_id,
            due.township_code,
            due.payee_id,
            due.card_id,
            sum(due.amount_fen) AS due_fen,
            coalesce(sum(due.amount_fen) FILTER (WHERE arrived.entitlement_id IS NOT NULL), 0) AS credited_fen,
            count(*) AS line_count
        FROM batches_entitlement AS due
        INNER JOIN batches_paymentbatch AS batch ON due.batch_id = batch.id AND batch.state <> 'void'
        LEFT JOIN (
            SELECT payment.entitlement_id
            FROM payments_payment AS payment
            INNER JOIN payments_paymentoutcome AS outcome
                ON payment.id = outcome.payment_id AND outcome.fiscal_year = year AND outcome.result = 'credited'
            LEFT JOIN payments_paymentoutcome AS later
                ON payment.id = later.payment_id AND later.fiscal_year = year AND later.sequence = 2
            WHERE payment.fiscal_year = year AND later.id IS NULL
        ) AS arrived ON due.id = arrived.entitlement_id
        WHERE due.fiscal_year = year AND due.county_code = county
        GROUP BY due.program_id, due.township_code, due.payee_id, due.card_id
    )
    SELECT
        line.program_id,
        coalesce(line.township_code, ''),
        count(DISTINCT line.payee_id),
        count(DISTINCT line.card_id),
        coalesce(sum(line.line_count), 0)::bigint,
        coalesce(sum(line.due_fen), 0)::bigint,
        coalesce(sum(line.credited_fen), 0)::bigint
    FROM line
    GROUP BY GROUPING SETS ((line.program_id), (line.township_code), ())
$$;

-- Counts a county's year and keeps it, unless it stands as it was counted last; returns whether it was counted.
CREATE OR REPLACE FUNCTION banking_count_year(
    county text, of_year integer, official bigint, moment timestamptz
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    year smallint := of_year;
    seen text;
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('banking_count_year'), year);
    -- The mark is taken first: what comes in while we count makes another mark, and the year is counted again.
    seen := banking_year_mark(county, year);
    IF seen IS NOT DISTINCT FROM (
        SELECT kept.mark FROM banking_yearcount AS kept
        WHERE kept.county_code = county AND kept.fiscal_year = year ORDER BY kept.id DESC LIMIT 1
    ) THEN
        RETURN FALSE;
    END IF;
    INSERT INTO banking_yearcount (county_code, fiscal_year, mark, counted_by_id, counted_at)
    VALUES (county, year, seen, official, moment)
    RETURNING id INTO made;
    INSERT INTO banking_yearcountline (
        year_count_id, program_id, township_code, person_count, card_count, line_count, due_fen, credited_fen
    )
    SELECT made, found.* FROM banking_year_figures(county, year) AS found;
    RETURN TRUE;
END
$$;
