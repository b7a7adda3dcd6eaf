-- What vouches for each movement of money in this room.

-- Three distinct officials filed, verified and released this very digest, and the payments still have it. Where nothing
-- is paid any more, because the bank did it already, two of them filed and accepted it.
CREATE OR REPLACE FUNCTION payments_released_ground(request bigint, wanted_kind text) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT program.code, subject.area_code, subject.fiscal_year, subject.case_no, subject.total_fen
    FROM payments_paymentrequest AS subject
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    INNER JOIN catalog_program AS program ON program.id = batch.program_id
    CROSS JOIN LATERAL (
        SELECT
            count(DISTINCT decision.duty) AS duty_count,
            count(DISTINCT decision.official_id) AS official_count
        FROM core_decision AS decision
        WHERE decision.flow = 'payment_request' AND decision.subject_id = subject.id
            AND decision.digest = subject.digest AND decision.verb <> 'send_back'
            AND decision.duty IN ('prepare', 'verify', 'release')
    ) AS signed
    WHERE subject.id = request AND subject.kind = wanted_kind AND subject.state IN ('released', 'closed')
        AND signed.duty_count = CASE wanted_kind WHEN 'accepted' THEN 2 ELSE 3 END
        AND signed.official_count >= signed.duty_count
        AND payments_digest(subject.id) = subject.digest
$$;

CREATE OR REPLACE FUNCTION payments_send_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT payments_released_ground(fact, 'first') $$;

CREATE OR REPLACE FUNCTION payments_reissue_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT payments_released_ground(fact, subject.kind) FROM payments_paymentrequest AS subject
    WHERE subject.id = fact AND subject.kind IN ('reissue', 'accepted')
$$;

-- What the outcomes of one applied report add up to.
CREATE OR REPLACE FUNCTION payments_outcome_ground(applied bigint, wanted_result text) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT program.code, subject.area_code, subject.fiscal_year, subject.case_no, (
        SELECT sum(outcome.amount_fen)::bigint FROM payments_paymentoutcome AS outcome
        WHERE outcome.applied_report_id = applied AND outcome.fiscal_year = subject.fiscal_year
            AND outcome.result = wanted_result
    )
    FROM payments_appliedreport AS report
    INNER JOIN payments_paymentrequest AS subject ON subject.id = report.request_id
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    INNER JOIN catalog_program AS program ON program.id = batch.program_id
    WHERE report.id = applied
$$;

CREATE OR REPLACE FUNCTION payments_credit_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT payments_outcome_ground(fact, 'credited') $$;

CREATE OR REPLACE FUNCTION payments_fail_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT payments_outcome_ground(fact, 'failed') $$;

CREATE OR REPLACE FUNCTION payments_return_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT payments_outcome_ground(fact, 'returned') $$;

-- A refund that two distinct officials prepared and approved on this digest.
CREATE OR REPLACE FUNCTION payments_refund_ground(fact bigint) RETURNS ledger_ground
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT program.code, subject.area_code, subject.fiscal_year, subject.case_no, subject.total_fen
    FROM payments_refund AS subject
    INNER JOIN batches_paymentbatch AS batch ON batch.id = subject.batch_id
    INNER JOIN catalog_program AS program ON program.id = batch.program_id
    WHERE subject.id = fact AND subject.state = 'approved' AND payments_refund_objection(subject.id) IS NULL
        AND payments_refund_digest(subject.id) = subject.digest
        AND (SELECT count(DISTINCT (decision.duty, decision.official_id)) FROM core_decision AS decision
             WHERE decision.flow = 'refund' AND decision.subject_id = fact AND decision.digest = subject.digest
                 AND decision.verb IN ('prepare', 'approve')) = 2
$$;
