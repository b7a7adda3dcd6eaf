-- A credit that the bank made against our books, accepted as the payment that it is (认作已发放): nothing is sent, and
-- what lies in suspense for it becomes what was credited. A request of its own kind, whose payments answer the failed
-- or returned ones as a reissue's do; two people sign it, and so nobody else can pay or give back what it holds.

-- The booking that each payment of such a request accepts: of all earlier attempts exactly one is out there, by exactly
-- its amount. Of several debits of that one it is the latest that did not come back.
CREATE OR REPLACE VIEW payments_acceptance AS
SELECT
    retry.request_id,
    retry.fiscal_year,
    retry.id AS payment_id,
    retry.end_to_end_id,
    retry.amount_fen,
    retry.card_id,
    booked.end_to_end_id AS booked_id,
    booked.card_id AS booked_card_id,
    debit.statement_id,
    debit.report_id,
    debit.booked_on,
    debit.bank_reference,
    debit.is_astray
FROM payments_paymentrequest AS subject
INNER JOIN payments_payment AS retry
    ON subject.fiscal_year = retry.fiscal_year AND subject.id = retry.request_id
CROSS JOIN
    LATERAL (
        SELECT
            min(one.payment_id) AS payment_id,
            min(one.end_to_end_id) AS end_to_end_id,
            min(one.card_id) AS card_id
        FROM payments_unreturned AS one
        WHERE
            one.fiscal_year = retry.fiscal_year AND one.entitlement_id = retry.entitlement_id
            AND one.attempt < retry.attempt
        HAVING count(*) = 1 AND sum(one.fen) = retry.amount_fen
    ) AS booked
CROSS JOIN
    LATERAL (
        SELECT one.* FROM payments_booking AS one
        WHERE
            one.end_to_end_id = booked.end_to_end_id AND one.fen = retry.amount_fen
            AND NOT EXISTS (
                SELECT 1 FROM payments_paymentoutcome AS told
                WHERE
                    told.fiscal_year = retry.fiscal_year AND told.payment_id = booked.payment_id
                    AND told.sequence = 1 AND told.result = 'credited'
                    AND told.bank_reference = one.bank_reference AND told.bank_reference <> ''
            )
        ORDER BY one.booked_on DESC, one.statement_id DESC
        LIMIT 1
    ) AS debit
WHERE subject.kind = 'accepted';

-- Guard of filing and accepting: NULL where every payment of the request was made by the bank once, to the very card.
CREATE OR REPLACE FUNCTION payments_accept_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN found.odd_count > 0 THEN format(
            '有 %s 笔（如 %s）对账单上没有付出，或者付了不止一次，不能认作已发放。付了不止一次的，请银行先退回多付的。',
            found.odd_count, found.odd_example)
        WHEN found.astray_count > 0 THEN format(
            '有 %s 笔（如 %s）付到的不是指令上的卡，查清以前不能认作已发放。', found.astray_count, found.astray_example)
        WHEN found.open_count > 0 THEN format(
            '有 %s 笔（如 %s）的银行回盘不符还没有了结，了结后才能认作已发放。', found.open_count, found.open_example)
    END
    FROM (
        SELECT
            count(*) FILTER (WHERE told.payment_id IS NULL) AS odd_count,
            min(retry.end_to_end_id) FILTER (WHERE told.payment_id IS NULL) AS odd_example,
            count(*) FILTER (WHERE told.is_astray OR told.card_id <> told.booked_card_id) AS astray_count,
            min(told.booked_id) FILTER (WHERE told.is_astray OR told.card_id <> told.booked_card_id) AS astray_example,
            count(*) FILTER (WHERE doubt.is_open) AS open_count,
            min(told.booked_id) FILTER (WHERE doubt.is_open) AS open_example
        FROM payments_paymentrequest AS subject
        INNER JOIN payments_payment AS retry
            ON retry.fiscal_year = subject.fiscal_year AND retry.request_id = subject.id
        LEFT JOIN payments_acceptance AS told
            ON told.request_id = request AND told.fiscal_year = retry.fiscal_year AND told.payment_id = retry.id
        CROSS JOIN LATERAL (
            SELECT count(*) > 0 AS is_open
            FROM payments_payment AS earlier
            INNER JOIN payments_paymentexception AS problem
                ON problem.fiscal_year = earlier.fiscal_year AND problem.payment_id = earlier.id
                AND payments_stands_open(problem)
            WHERE earlier.fiscal_year = retry.fiscal_year AND earlier.entitlement_id = retry.entitlement_id
        ) AS doubt
        WHERE subject.id = request
    ) AS found
$$;

-- Guard of what only a request that pays takes, and of what only one takes that accepts.
CREATE OR REPLACE FUNCTION payments_pays_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '认作已发放的申请不再付款，由财政核实认定。'
    FROM payments_paymentrequest AS subject WHERE subject.id = request AND subject.kind = 'accepted'
$$;

CREATE OR REPLACE FUNCTION payments_accepts_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '只有认作已发放的申请可以这样办。'
    FROM payments_paymentrequest AS subject WHERE subject.id = request AND subject.kind <> 'accepted'
$$;

-- The department asks that what a statement shows as paid of failed or returned payments be accepted; ``note`` says how
-- that was found out.
CREATE OR REPLACE FUNCTION payments_file_accepted(
    batch bigint, outcomes bigint[], official bigint, business_moment timestamptz, note text
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject batches_paymentbatch := payments_lock_batch(batch, 'request_file', official);
    found record;
BEGIN
    SELECT count(*) AS count, sum(stuck.amount_fen)::bigint AS total_fen,
           count(*) FILTER (WHERE stuck.hold IS DISTINCT FROM 'booked') AS other_count
    INTO found FROM payments_stuckpayment AS stuck
    WHERE stuck.batch_id = batch AND stuck.fiscal_year = subject.fiscal_year AND stuck.outcome_id = ANY (outcomes);
    IF found.count = 0 OR found.count <> coalesce(cardinality(outcomes), 0) OR found.other_count > 0 THEN
        RAISE EXCEPTION '请先选出对账单上已经付出的人，再刷新核对一遍。已经在处理的不能再选。' USING ERRCODE = 'YK069';
    END IF;
    IF btrim(note) = '' THEN
        RAISE EXCEPTION '请写明怎么查实钱已经到了本人卡上。' USING ERRCODE = 'YK069';
    END IF;
    RETURN payments_file_again(subject, 'accepted', outcomes, found.count, found.total_fen, official, business_moment,
                               note);
END
$$;

-- What two people accepted takes effect: suspense becomes credited, by the day and reference of the bank's booking, and
-- the request closes against the statements that show it. All at once, in the transaction of the second signature.
CREATE OR REPLACE FUNCTION payments_settle_accepted(
    request bigint, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    subject payments_paymentrequest;
    told record;
    latest bigint;
BEGIN
    SELECT * INTO subject FROM payments_paymentrequest WHERE id = request FOR UPDATE;
    IF subject.kind IS DISTINCT FROM 'accepted' OR subject.state <> 'released' THEN
        RAISE EXCEPTION '这份申请还没有经两个人认定，或者已经生效。' USING ERRCODE = 'YK069';
    END IF;
    PERFORM ledger_post('reissue', request, official, business_moment);
    FOR told IN
        SELECT one.report_id, max(one.statement_id) AS statement_id FROM payments_acceptance AS one
        WHERE one.request_id = request GROUP BY one.report_id ORDER BY one.report_id
    LOOP
        DELETE FROM payments_reportedline AS line
        WHERE line.report_id = told.report_id AND coalesce(line.request_id, request) = request;
        INSERT INTO payments_reportedline (report_id, request_id, line_no, end_to_end_id, result, amount_fen,
            bank_reference, booked_on)
        SELECT one.report_id, request, row_number() OVER (ORDER BY one.payment_id), one.end_to_end_id, 'credited',
               one.amount_fen, one.bank_reference, one.booked_on
        FROM payments_acceptance AS one WHERE one.request_id = request AND one.report_id = told.report_id;
        PERFORM payments_record_outcomes(request, told.report_id, official, business_moment);
        DELETE FROM payments_reportedline AS line WHERE line.report_id = told.report_id AND line.request_id = request;
        latest := told.statement_id;
    END LOOP;
    DELETE FROM payments_statementitem AS item WHERE item.request_id = request;
    INSERT INTO payments_statementitem (statement_id, request_id, end_to_end_id, amount_fen)
    SELECT latest, request, one.end_to_end_id, one.amount_fen
    FROM payments_acceptance AS one WHERE one.request_id = request;
    PERFORM payments_close(request, latest, official, business_moment);
    DELETE FROM payments_statementitem AS item WHERE item.request_id = request;
END
$$;
