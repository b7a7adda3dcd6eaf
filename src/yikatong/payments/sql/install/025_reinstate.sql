-- A void file that was the one the bank paid after all (C19): what settles its exceptions, and lets its results in.
SELECT core_append_only('payments_reinstatement');

-- Whether an answer of the bank was settled for a whole file by a reinstatement.
CREATE OR REPLACE FUNCTION payments_is_reinstated(problem payments_paymentexception) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT problem.kind IN ('paid_though_void', 'perhaps_paid') AND EXISTS (
        SELECT 1 FROM payments_reinstatement AS one
        WHERE one.request_id = problem.request_id AND problem.id <= one.last_exception_id
            AND problem.payment_id BETWEEN one.first_payment_id AND one.last_payment_id
    )
$$;

-- Whether an answer of the bank still waits for somebody.
CREATE OR REPLACE FUNCTION payments_stands_open(problem payments_paymentexception) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT problem.state <> 'resolved' AND NOT payments_is_reinstated(problem)
$$;

-- What the audit chain keeps of a reinstatement, so that verify finds any change of it.
CREATE OR REPLACE FUNCTION payments_reinstatement_detail(subject payments_reinstatement) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT to_jsonb(subject) - 'recorded_at' - 'decided_at'
$$;

-- Called by the room whose files these are, once two people have decided and the file that took the void one's place is
-- void itself. Nothing that the bank said stands in the way: a payment of the run with a result is never touched.
CREATE OR REPLACE FUNCTION payments_reinstate(
    request bigint, first_payment bigint, last_payment bigint, given_ground text, official bigint,
    business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    made payments_reinstatement;
BEGIN
    PERFORM 1 FROM payments_paymentrequest AS subject WHERE subject.id = request FOR UPDATE;
    IF EXISTS (
        SELECT 1 FROM payments_payment AS payment
        INNER JOIN payments_paymentoutcome AS outcome
            ON outcome.fiscal_year = payment.fiscal_year AND outcome.payment_id = payment.id
        WHERE payment.request_id = request AND payment.id BETWEEN first_payment AND last_payment
    ) THEN
        RAISE EXCEPTION '这些明细里已经有银行结果，作废的文件不能再算数。' USING ERRCODE = 'YK078';
    END IF;
    INSERT INTO payments_reinstatement (request_id, first_payment_id, last_payment_id, last_exception_id, ground,
        decided_at, recorded_at)
    SELECT request, first_payment, last_payment, coalesce(max(problem.id), 0), given_ground, business_moment,
           clock_timestamp()
    FROM payments_paymentexception AS problem
    RETURNING * INTO STRICT made;
    PERFORM core_record('payment_request.reinstated', 'payment_request:' || request, official, business_moment,
                        payments_reinstatement_detail(made));
    RETURN made.id;
END
$$;
