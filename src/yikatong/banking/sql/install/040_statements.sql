-- The bank's statement, taken as a whole with a digest over head and lines.

-- Of statements taken before there were blocks: a hash of every line.
CREATE OR REPLACE FUNCTION banking_line_digest(
    line_no bigint, side text, amount_fen bigint, bank_reference text, end_to_end_id text, message_id text,
    booked_on date, return_reason text
) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT sha256(convert_to(jsonb_build_array(
        line_no, side, amount_fen, bank_reference, end_to_end_id, message_id, to_char(booked_on, 'YYYY-MM-DD'),
        return_reason)::text, 'UTF8'))
$$;

CREATE OR REPLACE FUNCTION banking_head_digest(
    agreement bigint, day date, opening_fen bigint, closing_fen bigint, lines bytea
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(sha256(convert_to(
        concat_ws('|', agreement, to_char(day, 'YYYY-MM-DD'), opening_fen, closing_fen), 'UTF8'
    )) || coalesce(lines, '')), 'hex')
$$;

-- A hash a block of up to 1024 lines, whose values no XML can hold U+001F to confuse. Each block is read in its order
-- from the index, so that nothing is sorted, however many lines there are.
CREATE OR REPLACE FUNCTION banking_lines_hash(statement bigint) RETURNS bytea
LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_nestloop = on AS $$
    SELECT string_agg(block.hash, '' ORDER BY bounds.no)
    FROM (
        SELECT generate_series(min(line.line_no) / 1024, max(line.line_no) / 1024) AS no
        FROM banking_statementline AS line WHERE line.statement_id = statement
    ) AS bounds
    CROSS JOIN LATERAL (
        SELECT sha256(convert_to(string_agg(
            concat_ws(E'\x1f', line.line_no, line.side, line.amount_fen, line.bank_reference, line.end_to_end_id,
                line.message_id, line.booked_on - DATE '2000-01-01', line.return_reason),
            E'\n' ORDER BY line.line_no), 'UTF8')) AS hash
        FROM banking_statementline AS line
        WHERE line.statement_id = statement AND line.line_no BETWEEN bounds.no * 1024 AND bounds.no * 1024 + 1023
        HAVING count(*) > 0
    ) AS block
$$;

-- Recomputed from the rows: one hash over head and blocks. Equal to ``digest`` unless somebody altered them.
CREATE OR REPLACE FUNCTION banking_statement_digest(statement bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT banking_head_digest(
        subject.agreement_id, subject.day, subject.opening_fen, subject.closing_fen, banking_lines_hash(subject.id)
    )
    FROM banking_bankstatement AS subject WHERE subject.id = statement
$$;

CREATE OR REPLACE FUNCTION banking_statement_holds(subject banking_bankstatement) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN subject.digest = banking_statement_digest(subject.id) THEN true
        ELSE subject.digest = banking_head_digest(
            subject.agreement_id, subject.day, subject.opening_fen, subject.closing_fen, (
                SELECT string_agg(banking_line_digest(line.line_no, line.side, line.amount_fen, line.bank_reference,
                    line.end_to_end_id, line.message_id, line.booked_on, line.return_reason), '' ORDER BY line.line_no)
                FROM banking_statementline AS line WHERE line.statement_id = subject.id))
    END
$$;

-- The digest that a staged statement will have; ``by_line`` as it was before there were blocks.
CREATE OR REPLACE FUNCTION banking_staged_digest(
    report bigint, group_no integer, agreement bigint, statement_day date, opening bigint, closing bigint,
    by_line boolean
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    SELECT banking_head_digest(agreement, statement_day, opening, closing, CASE
        WHEN by_line THEN (
            SELECT string_agg(banking_line_digest(line.line_no, line.side, line.amount_fen, line.bank_reference,
                line.end_to_end_id, line.message_id, line.booked_on, line.return_reason), '' ORDER BY line.line_no)
            FROM banking_statementrow AS line WHERE line.report_id = report AND line.statement_no = group_no)
        ELSE (
            SELECT string_agg(block.hash, '' ORDER BY block.no)
            FROM (
                SELECT line.line_no / 1024 AS no, sha256(convert_to(string_agg(
                    concat_ws(E'\x1f', line.line_no, line.side, line.amount_fen, line.bank_reference, line.end_to_end_id,
                    line.message_id, line.booked_on - DATE '2000-01-01', line.return_reason),
                    E'\n' ORDER BY line.line_no), 'UTF8')) AS hash
                FROM banking_statementrow AS line
                WHERE line.report_id = report AND line.statement_no = group_no GROUP BY line.line_no / 1024
            ) AS block)
    END)
$$;

-- What the lines of a statement add up to.
CREATE OR REPLACE FUNCTION banking_line_sums(
    statement bigint, OUT debit_count bigint, OUT debit_fen bigint, OUT credit_count bigint, OUT credit_fen bigint
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT
        count(*) FILTER (WHERE line.side = 'debit'),
        coalesce(sum(line.amount_fen) FILTER (WHERE line.side = 'debit'), 0)::bigint,
        count(*) FILTER (WHERE line.side = 'credit'),
        coalesce(sum(line.amount_fen) FILTER (WHERE line.side = 'credit'), 0)::bigint
    FROM banking_statementline AS line WHERE line.statement_id = statement
$$;

-- Who has to find out why: the bank, unless our own ledger or our own publication says otherwise than the lines.
CREATE OR REPLACE FUNCTION banking_owner_of(break_kind text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN break_kind IN ('result_not_posted', 'posted_otherwise', 'posted_without_result', 'lines_otherwise')
            THEN 'finance'
        WHEN break_kind = 'published_otherwise' THEN 'department'
        ELSE 'bank'
    END
$$;

DROP FUNCTION IF EXISTS banking_raise(
    text, text, bigint, bigint, bigint, bigint, bigint, bigint, bigint, text, timestamptz
);

-- Returns the new break's id, or NULL where it was raised before. ``break_day`` is the bank's day it is about; else the
-- statement's, else the day it was found.
CREATE OR REPLACE FUNCTION banking_raise(
    break_key text, break_kind text, report bigint, statement bigint, request bigint, agreement bigint,
    break_count bigint, expected bigint, found bigint, example text, business_moment timestamptz,
    break_day date DEFAULT NULL
) RETURNS bigint
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO banking_break (key, kind, owner, report_id, statement_id, request_id, count, expected_fen, found_fen,
        sample, day, agreement_id, found_at, recorded_at, state, version, digest, case_no, area_code, agency_id)
    SELECT break_key, break_kind, banking_owner_of(break_kind), report, statement, request, break_count, expected,
           found, left(example, 80),
           coalesce(break_day, (SELECT one.day FROM banking_bankstatement AS one WHERE one.id = statement),
                    (business_moment AT TIME ZONE 'Asia/Shanghai')::date),
           place.account_id, business_moment, clock_timestamp(), 'raised', 0,
           encode(sha256(convert_to(concat_ws('|', break_key, break_count, expected, found), 'UTF8')), 'hex'),
           coalesce(subject.case_no, ''), terms.county_id, terms.agency_id
    FROM banking_serviceagreement AS terms
    INNER JOIN banking_account AS place ON place.agreement_id = terms.id
    LEFT JOIN payments_paymentrequest AS subject ON subject.id = request
    WHERE terms.id = agreement
    ON CONFLICT (key) DO NOTHING
    RETURNING id
$$;

-- Balances that the lines or the neighboring day do not explain (Q2).
CREATE OR REPLACE FUNCTION banking_check_balances(
    subject banking_bankstatement, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    before banking_bankstatement;
    after banking_bankstatement;
BEGIN
    IF subject.closing_fen <> subject.opening_fen + subject.credit_fen - subject.debit_fen THEN
        PERFORM banking_raise('gap:' || subject.id, 'gap', subject.report_id, subject.id, NULL, subject.agreement_id,
            subject.debit_count + subject.credit_count, subject.opening_fen + subject.credit_fen - subject.debit_fen,
            subject.closing_fen, '', business_moment);
    END IF;
    SELECT * INTO before FROM banking_bankstatement AS other
    WHERE other.agreement_id = subject.agreement_id AND other.day < subject.day ORDER BY other.day DESC LIMIT 1;
    SELECT * INTO after FROM banking_bankstatement AS other
    WHERE other.agreement_id = subject.agreement_id AND other.day > subject.day ORDER BY other.day LIMIT 1;
    IF before.closing_fen <> subject.opening_fen THEN
        PERFORM banking_raise('chain:' || subject.id, 'chain', subject.report_id, subject.id, NULL,
            subject.agreement_id, 0, before.closing_fen, subject.opening_fen, '', business_moment);
    END IF;
    IF after.opening_fen <> subject.closing_fen THEN
        PERFORM banking_raise('chain:' || after.id, 'chain', after.report_id, after.id, NULL, subject.agreement_id, 0,
            subject.closing_fen, after.opening_fen, '', business_moment);
    END IF;
END
$$;
