-- 双向验证: what was published of a closed request, held against ledger, bank results and bank statement, as sums and
-- as sets.
SELECT core_append_only('disclosure_twowayverification');

-- Published are the payments to which a message was written; of those the ones that came back since are left out on all
-- sides. A payment is booked when a statement debits its number by its amount, or what was accepted as it.
CREATE OR REPLACE FUNCTION disclosure_both_ways(
    notice bigint, OUT published_count bigint, OUT published_fen bigint, OUT posted_fen bigint,
    OUT reported_count bigint, OUT reported_fen bigint, OUT booked_count bigint, OUT booked_fen bigint,
    OUT unbooked_count bigint, OUT unpublished_count bigint
)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '256MB' AS $$
DECLARE
    subject payments_paymentrequest;
BEGIN
    SELECT request.* INTO STRICT subject FROM payments_paymentrequest AS request
    INNER JOIN disclosure_paidnotice AS told ON told.request_id = request.id WHERE told.id = notice;
    PERFORM core_plan_for(subject.count);
    SELECT
        count(*) FILTER (WHERE line.is_published), coalesce(sum(line.amount_fen) FILTER (WHERE line.is_published), 0),
        count(*) FILTER (WHERE line.is_reported), coalesce(sum(line.reported_fen) FILTER (WHERE line.is_reported), 0),
        count(*) FILTER (WHERE line.booked_fen IS NOT NULL), coalesce(sum(line.booked_fen), 0),
        count(*) FILTER (WHERE line.is_published AND line.booked_fen IS DISTINCT FROM line.amount_fen),
        count(*) FILTER (WHERE NOT line.is_published AND line.booked_fen IS NOT NULL)
    INTO published_count, published_fen, reported_count, reported_fen, booked_count, booked_fen, unbooked_count,
        unpublished_count
    FROM (
        SELECT payment.amount_fen, message.id IS NOT NULL AS is_published, outcome.id IS NOT NULL AS is_reported,
               outcome.amount_fen AS reported_fen, coalesce(accepted.amount_fen, booked.total_fen) AS booked_fen
        FROM payments_payment AS payment
        LEFT JOIN payments_paymentoutcome AS outcome
            ON outcome.fiscal_year = subject.fiscal_year AND outcome.payment_id = payment.id AND outcome.sequence = 1
            AND outcome.result = 'credited'
        LEFT JOIN payments_paymentoutcome AS later
            ON later.fiscal_year = subject.fiscal_year AND later.payment_id = payment.id AND later.sequence = 2
        LEFT JOIN disclosure_smsmessage AS message
            ON message.fiscal_year = subject.fiscal_year AND message.payment_id = payment.id
            AND message.notice_id = notice
        LEFT JOIN (
            SELECT one.end_to_end_id, sum(one.amount_fen)::bigint AS total_fen
            FROM banking_statementline AS one
            INNER JOIN banking_bankstatement AS statement ON statement.id = one.statement_id
            WHERE one.side = 'debit' AND statement.agreement_id IN (
                SELECT place.account_id FROM banking_paymentinstruction AS sent
                INNER JOIN banking_account AS place ON place.agreement_id = sent.agreement_id
                WHERE sent.request_id = subject.id)
                -- Nothing of a request is booked before it was sealed; a day is left for clocks that differ.
                AND statement.day >= (SELECT min(sent.sealed_at)::date - 1 FROM banking_paymentinstruction AS sent
                                      WHERE sent.request_id = subject.id)
            GROUP BY one.end_to_end_id
        ) AS booked ON booked.end_to_end_id = payment.end_to_end_id
        LEFT JOIN (
            SELECT one.payment_id, one.amount_fen FROM banking_acceptedline AS one WHERE one.request_id = subject.id
        ) AS accepted ON accepted.payment_id = payment.id
        WHERE payment.request_id = subject.id AND payment.fiscal_year = subject.fiscal_year AND later.id IS NULL
            -- What was accepted was published by the request that accepted it.
            AND NOT EXISTS (
                SELECT 1 FROM banking_acceptedline AS one
                WHERE one.booked_request_id = subject.id AND one.booked_payment_id = payment.id
            )
    ) AS line;
    SELECT coalesce(sum(CASE posted.kind WHEN 'credit' THEN posted.amount_fen ELSE -posted.amount_fen END), 0)
    INTO posted_fen
    FROM payments_appliedreport AS applied
    INNER JOIN ledger_transfer AS posted ON posted.key IN ('credit:' || applied.id, 'return:' || applied.id)
    WHERE applied.request_id = subject.id;
END
$$;

-- Records one verification; one that finds a difference raises it for the department, once a state of affairs.
CREATE OR REPLACE FUNCTION disclosure_verify_both_ways(
    notice bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    told disclosure_paidnotice;
    made disclosure_twowayverification;
BEGIN
    SELECT * INTO told FROM disclosure_paidnotice WHERE id = notice;
    IF told.id IS NULL OR NOT (
        coalesce(core_appointment_for(official, 'bank_exchange', told.area_code, NULL), 0) > 0
        OR coalesce(core_appointment_for(official, 'paid_facts_see', told.area_code, NULL), 0) > 0
    ) THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    INSERT INTO disclosure_twowayverification (notice_id, published_count, published_fen, posted_fen, reported_count,
        reported_fen, booked_count, booked_fen, unbooked_count, unpublished_count, verified_at, recorded_at)
    SELECT notice, found.published_count, found.published_fen, found.posted_fen, found.reported_count,
           found.reported_fen, found.booked_count, found.booked_fen, found.unbooked_count, found.unpublished_count,
           business_moment, clock_timestamp()
    FROM disclosure_both_ways(notice) AS found
    RETURNING * INTO STRICT made;
    IF made.unbooked_count + made.unpublished_count > 0 OR made.published_fen <> made.booked_fen
        OR made.published_fen <> made.reported_fen OR made.published_fen <> made.posted_fen THEN
        PERFORM banking_published_break(
            told.request_id, concat_ws(':', notice, made.published_fen, made.posted_fen, made.reported_fen,
            made.booked_fen, made.unbooked_count, made.unpublished_count),
            greatest(made.unbooked_count + made.unpublished_count, abs(made.published_count - made.booked_count)),
            made.published_fen, made.booked_fen, '', business_moment);
    END IF;
    RETURN made.id;
END
$$;
