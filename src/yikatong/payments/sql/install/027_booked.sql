-- What the bank's own statements show as paid of an entitlement and not given back, by whatever attempt and file. As
-- long as there is any, the money is out there: it is neither paid again nor given back to the treasury, whoever
-- settled what (C19). What else can become of it is that it is accepted as the payment that it is (042_accept).

-- Bookings that name a payment, those that came back with less than nothing. Statements are kept by a later room, whose
-- own view takes the place of this one; by itself this room knows of none. ``is_astray``: to another card than the
-- instructed one, and nobody has settled that.
CREATE OR REPLACE VIEW payments_booking AS
SELECT
    NULL::varchar(80) AS end_to_end_id,
    NULL::bigint AS fen,
    NULL::bigint AS statement_id,
    NULL::bigint AS report_id,
    NULL::date AS booked_on,
    NULL::varchar(80) AS bank_reference,
    NULL::boolean AS is_astray
WHERE FALSE;

-- The payments whose money is out there. The one place that says so: the lists, their sums and every refusal read it.
CREATE OR REPLACE VIEW payments_unreturned AS
SELECT
    payment.fiscal_year,
    payment.entitlement_id,
    payment.attempt,
    payment.id AS payment_id,
    payment.card_id,
    payment.end_to_end_id,
    booked.fen
FROM payments_payment AS payment
-- Added up for each payment that is asked for, by its number, and never for all of them: hence LATERAL and no GROUP BY.
CROSS JOIN
    LATERAL (
        SELECT sum(booking.fen)::bigint AS fen FROM payments_booking AS booking
        WHERE booking.end_to_end_id = payment.end_to_end_id
        HAVING sum(booking.fen) > 0
    ) AS booked;

-- Why payments whose money is out there may not be paid or given back now; NULL where there are none.
CREATE OR REPLACE FUNCTION payments_unreturned_sentence(payment_count bigint, example text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format('银行对账单上有 %s 笔（如 %s）已经付出、还没有退回，再办一次钱就付了两次。'
                  '请要求银行把多付的退回，退回上了对账单再办；确实只付给本人一次的，可以由两人认作已发放。',
                  payment_count, example)
    WHERE payment_count > 0
$$;

-- Whether a reissue would pay somebody whom an earlier attempt has reached after all; NULL, or why it may not go.
CREATE OR REPLACE FUNCTION payments_booked_objection(request bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT payments_unreturned_sentence(count(*), min(earlier.end_to_end_id))
    FROM payments_paymentrequest AS subject
    INNER JOIN payments_payment AS retry
        ON retry.fiscal_year = subject.fiscal_year AND retry.request_id = subject.id
    -- Of these payments alone the statements are asked (OFFSET keeps that from being asked of every payment).
    CROSS JOIN LATERAL (
        SELECT one.end_to_end_id FROM payments_unreturned AS one
        WHERE one.fiscal_year = retry.fiscal_year AND one.entitlement_id = retry.entitlement_id
            AND one.attempt < retry.attempt
        OFFSET 0
    ) AS earlier
    WHERE subject.id = request AND subject.kind = 'reissue'
$$;
