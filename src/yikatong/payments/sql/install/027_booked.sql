-- What the bank's own statements show as paid of a payment and not given back, whatever file paid it. As long as
-- there is any, the money is out there: it is neither paid again nor given back to the treasury, whoever settled what
-- (C19).

-- In fen. Statements are kept by a later room, whose own answer takes the place of this one; by itself this room knows
-- of none.
CREATE OR REPLACE FUNCTION payments_unreturned_fen(told_id text) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT 0::bigint $$;

-- Why payments whose money is out there may not be paid or given back now; NULL where there are none.
CREATE OR REPLACE FUNCTION payments_unreturned_sentence(payment_count bigint, example text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format('银行对账单上有 %s 笔（如 %s）已经付出、还没有退回，再办一次钱就付了两次。'
                  '请要求银行把多付的退回，退回上了对账单再办。', payment_count, example)
    WHERE payment_count > 0
$$;

-- Whether a reissue would pay somebody whom an earlier attempt has reached after all; NULL, or why it may not go.
CREATE OR REPLACE FUNCTION payments_booked_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT payments_unreturned_sentence(count(*) FILTER (WHERE earlier.fen > 0),
                                        min(earlier.end_to_end_id) FILTER (WHERE earlier.fen > 0))
    FROM payments_paymentrequest AS subject
    INNER JOIN payments_payment AS retry
        ON retry.fiscal_year = subject.fiscal_year AND retry.request_id = subject.id
    -- Of these payments alone the statements are asked (OFFSET keeps that from being asked of every payment).
    CROSS JOIN LATERAL (
        SELECT one.end_to_end_id, payments_unreturned_fen(one.end_to_end_id) AS fen FROM payments_payment AS one
        WHERE one.fiscal_year = retry.fiscal_year AND one.entitlement_id = retry.entitlement_id
            AND one.attempt < retry.attempt
        OFFSET 0
    ) AS earlier
    WHERE subject.id = request AND subject.kind = 'reissue'
$$;
