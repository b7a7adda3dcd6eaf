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

-- Recomputed from the rows: a hash a block of up to 1024 lines, whose values no XML can hold U+001F to confuse, and one
-- over head and blocks. Equal to ``digest`` unless somebody altered them.
CREATE OR REPLACE FUNCTION banking_statement_digest(statement bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT banking_head_digest(subject.agreement_id, subject.day, subject.opening_fen, subject.closing_fen, (
        SELECT string_agg(block.hash, '' ORDER BY block.no)
        FROM (
            SELECT line.line_no / 1024 AS no, sha256(convert_to(string_agg(
                concat_ws(E'\x1f', line.line_no, line.side, line.amount_fen, line.bank_reference, line.end_to_end_id,
                    line.message_id, line.booked_on - DATE '2000-01-01', line.return_reason),
                E'\n' ORDER BY line.line_no), 'UTF8')) AS hash
            FROM banking_statementline AS line WHERE line.statement_id = subject.id GROUP BY line.line_no / 1024
        ) AS block))
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

-- Takes the staged lines of one statement. The same statement again is no news (NULL); another one for the same day is
-- a break and changes nothing (NULL).
CREATE OR REPLACE FUNCTION banking_take_statement(
    report bigint, group_no integer, agreement bigint, bank_statement_no text, statement_day date, opening bigint,
    closing bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
    earlier banking_bankstatement;
    taken banking_bankstatement;
    figures record;
    statement_digest text;
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement FOR UPDATE;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    SELECT
        count(*) FILTER (WHERE line.side = 'debit') AS debit_count,
        coalesce(sum(line.amount_fen) FILTER (WHERE line.side = 'debit'), 0) AS debit_fen,
        count(*) FILTER (WHERE line.side = 'credit') AS credit_count,
        coalesce(sum(line.amount_fen) FILTER (WHERE line.side = 'credit'), 0) AS credit_fen
    INTO figures
    FROM banking_statementrow AS line WHERE line.report_id = report AND line.statement_no = group_no;
    statement_digest := banking_staged_digest(report, group_no, agreement, statement_day, opening, closing, false);
    SELECT * INTO earlier FROM banking_bankstatement WHERE agreement_id = agreement AND day = statement_day;
    IF earlier.id IS NOT NULL THEN
        IF earlier.digest <> statement_digest AND earlier.digest <> banking_staged_digest(
            report, group_no, agreement, statement_day, opening, closing, true) THEN
            PERFORM banking_raise('other_statement:' || report || ':' || group_no, 'other_statement', report, earlier.id,
                NULL, agreement, figures.debit_count, earlier.closing_fen, closing, '', business_moment);
        END IF;
        RETURN NULL;
    END IF;
    INSERT INTO banking_bankstatement (report_id, agreement_id, statement_no, day, opening_fen, closing_fen,
        debit_count, debit_fen, credit_count, credit_fen, digest, recorded_at)
    VALUES (report, agreement, left(bank_statement_no, 40), statement_day, opening, closing, figures.debit_count,
            figures.debit_fen, figures.credit_count, figures.credit_fen, statement_digest, clock_timestamp())
    RETURNING * INTO STRICT taken;
    INSERT INTO banking_statementline (statement_id, line_no, side, amount_fen, bank_reference, end_to_end_id,
        message_id, booked_on, return_reason)
    SELECT taken.id, line.line_no, line.side, line.amount_fen, line.bank_reference, line.end_to_end_id,
           line.message_id, line.booked_on, line.return_reason
    FROM banking_statementrow AS line WHERE line.report_id = report AND line.statement_no = group_no;
    PERFORM core_record('bank_statement.recorded', 'bank_statement:' || taken.id, official, business_moment,
                        to_jsonb(taken) - 'recorded_at');
    PERFORM banking_check_balances(taken, business_moment);
    RETURN taken.id;
END
$$;
