-- What the statements show as paid of a payment and not given back. Every debit counts that names it, of whatever
-- file; every credit that names it is money which came back. What names one file (``besides``) may be left out.
CREATE OR REPLACE FUNCTION banking_unreturned_fen(told_id text, besides text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT greatest(coalesce(sum(CASE line.side WHEN 'debit' THEN line.amount_fen ELSE -line.amount_fen END), 0), 0)::bigint
    FROM banking_statementline AS line
    WHERE line.end_to_end_id = told_id AND line.message_id IS DISTINCT FROM besides
$$;

-- The answer to what ``payments`` asks before anything is paid again or given back. It is asked of every stuck payment
-- on a page, and calling the function above would double what it takes.
CREATE OR REPLACE FUNCTION payments_unreturned_fen(told_id text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT greatest(coalesce(sum(CASE line.side WHEN 'debit' THEN line.amount_fen ELSE -line.amount_fen END), 0), 0)::bigint
    FROM banking_statementline AS line
    WHERE line.end_to_end_id = told_id
$$;

-- Why a file may not be sent: of its payments, or of earlier attempts, another file has paid some that did not come
-- back; NULL where there are none. Of a file that took no other's place, and is of no reissue, there can be none, so
-- that its lines, which may be very many, are not gone through.
CREATE OR REPLACE FUNCTION banking_booked_objection(sent banking_paymentinstruction, kind text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce((
        SELECT payments_unreturned_sentence(count(*), min(booked.end_to_end_id))
            || '作废的文件付的，如果换编号的文件一笔结果都没有，也可以由两人查清，让作废的那份算数。'
        FROM (
            SELECT payment.end_to_end_id, banking_unreturned_fen(payment.end_to_end_id, sent.message_id) AS fen
            FROM payments_payment AS payment
            WHERE payment.fiscal_year = sent.fiscal_year AND payment.request_id = sent.request_id
                AND payment.id BETWEEN sent.first_payment_id AND sent.last_payment_id
            OFFSET 0
        ) AS booked
        WHERE banking_took_place(sent) AND booked.fen > 0
    ), CASE kind WHEN 'reissue' THEN payments_booked_objection(sent.request_id) END)
$$;
