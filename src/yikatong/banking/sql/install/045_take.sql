-- Takes the bank's statement in, line by line as it is read, all of it or nothing.

-- The lines of a statement come before its head, which counts them and seals them: none comes after it.
CREATE OR REPLACE FUNCTION banking_lines_precede() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM banking_bankstatement AS head
        WHERE head.id IN (SELECT fresh.statement_id FROM fresh)
    ) THEN
        RAISE EXCEPTION '对账单已经收妥，不能再往里加明细。' USING ERRCODE = 'YK020';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER lines_precede AFTER INSERT ON banking_statementline
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION banking_lines_precede();

CREATE OR REPLACE FUNCTION banking_head_counts() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    found record;
BEGIN
    SELECT * INTO STRICT found FROM banking_line_sums(new.id);
    IF (found.debit_count, found.debit_fen, found.credit_count, found.credit_fen)
        IS DISTINCT FROM (new.debit_count, new.debit_fen, new.credit_count, new.credit_fen)
    THEN
        RAISE EXCEPTION '对账单的合计与明细不符，没有收下。' USING ERRCODE = 'YK020';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER head_counts BEFORE INSERT ON banking_bankstatement
FOR EACH ROW EXECUTE FUNCTION banking_head_counts();

-- Locks the account's agreement for a bank operator's taking. Raises YK005.
CREATE OR REPLACE FUNCTION banking_taking(agreement bigint, official bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement FOR UPDATE;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
END
$$;

-- The number that the statement of a day will have; NULL where that day's statement is here already.
CREATE OR REPLACE FUNCTION banking_begin_statement(
    agreement bigint, statement_day date, official bigint
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM banking_taking(agreement, official);
    RETURN (
        SELECT nextval(pg_get_serial_sequence('banking_bankstatement', 'id')) WHERE NOT EXISTS (
            SELECT 1 FROM banking_bankstatement AS one
            WHERE one.agreement_id = agreement AND one.day = statement_day)
    );
END
$$;

-- Makes what is staged of a begun statement its lines, from one line number to another, while the bank's file is still
-- being read; and remembers the lines that name another card than the one that was to be paid (C08).
CREATE OR REPLACE FUNCTION banking_take_lines(
    report bigint, group_no integer, statement bigint, first_line bigint, last_line bigint, agreement bigint,
    official bigint
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    years smallint[] := ARRAY(SELECT DISTINCT sent.fiscal_year FROM banking_paymentinstruction AS sent);
BEGIN
    PERFORM banking_taking(agreement, official);
    WITH taken AS (
        DELETE FROM banking_statementrow AS line
        WHERE line.report_id = report AND line.line_no BETWEEN first_line AND last_line AND line.statement_no = group_no
        RETURNING line.*
    ), strange AS (
        -- Every payment that the bank names a card for is looked up by itself, with the card that it was told to pay.
        INSERT INTO banking_othercardline (statement_id, line_no, request_id, end_to_end_id, amount_fen)
        SELECT statement, line.line_no, payment.request_id, line.end_to_end_id, line.amount_fen
        FROM taken AS line
        CROSS JOIN LATERAL (
            SELECT one.request_id, one.card_id FROM payments_payment AS one
            WHERE line.card_mark IS NOT NULL AND one.end_to_end_id = line.end_to_end_id AND one.fiscal_year = ANY (years)
            ORDER BY one.end_to_end_id LIMIT 1
        ) AS payment
        CROSS JOIN LATERAL (
            SELECT card.id FROM registry_card AS card
            WHERE card.id = payment.card_id AND payments_is_other_card(card, line.card_mark)
            ORDER BY card.id LIMIT 1
        ) AS other
    )
    INSERT INTO banking_statementline (statement_id, line_no, side, amount_fen, bank_reference, end_to_end_id,
        message_id, booked_on, return_reason)
    SELECT statement, line.line_no, line.side, line.amount_fen, line.bank_reference, line.end_to_end_id,
           line.message_id, line.booked_on, line.return_reason
    FROM taken AS line;
END
$$;

-- Another statement came for a day whose own is here: the same again is no news, any other is a break.
CREATE OR REPLACE FUNCTION banking_came_again(
    report bigint, group_no integer, agreement bigint, statement_day date, opening bigint, closing bigint,
    business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    earlier banking_bankstatement;
    line_count bigint;
BEGIN
    SELECT * INTO STRICT earlier FROM banking_bankstatement WHERE agreement_id = agreement AND day = statement_day;
    IF earlier.digest NOT IN (
        banking_staged_digest(report, group_no, agreement, statement_day, opening, closing, false),
        banking_staged_digest(report, group_no, agreement, statement_day, opening, closing, true)
    ) THEN
        SELECT count(*) INTO line_count FROM banking_statementrow AS line
        WHERE line.report_id = report AND line.statement_no = group_no AND line.side = 'debit';
        PERFORM banking_raise('other_statement:' || report || ':' || group_no, 'other_statement', report, earlier.id,
            NULL, agreement, line_count, earlier.closing_fen, closing, '', business_moment);
    END IF;
END
$$;

DROP FUNCTION IF EXISTS banking_take_statement(
    bigint, integer, bigint, text, date, bigint, bigint, bigint, timestamptz
);

-- Puts the head over a begun statement's lines. ``statement`` NULL: its day was here before, and NULL is returned.
CREATE OR REPLACE FUNCTION banking_take_statement(
    report bigint, group_no integer, statement bigint, agreement bigint, bank_statement_no text, statement_day date,
    opening bigint, closing bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    taken banking_bankstatement;
BEGIN
    PERFORM banking_taking(agreement, official);
    IF statement IS NULL THEN
        PERFORM banking_came_again(report, group_no, agreement, statement_day, opening, closing, business_moment);
        RETURN NULL;
    END IF;
    INSERT INTO banking_bankstatement (id, report_id, agreement_id, statement_no, day, opening_fen, closing_fen,
        debit_count, debit_fen, credit_count, credit_fen, digest, recorded_at)
    SELECT statement, report, agreement, left(bank_statement_no, 40), statement_day, opening, closing,
           sums.debit_count, sums.debit_fen, sums.credit_count, sums.credit_fen,
           banking_head_digest(agreement, statement_day, opening, closing, banking_lines_hash(statement)),
           clock_timestamp()
    FROM banking_line_sums(statement) AS sums
    RETURNING * INTO STRICT taken;
    PERFORM core_record('bank_statement.recorded', 'bank_statement:' || taken.id, official, business_moment,
                        to_jsonb(taken) - 'recorded_at');
    PERFORM banking_check_balances(taken, business_moment);
    RETURN taken.id;
END
$$;
