-- What no role can do to payments and outcomes, whoever writes them.
SELECT core_append_only(name) FROM unnest(ARRAY[
        'payments_payment', 'payments_paymentoutcome', 'payments_appliedreport', 'payments_refundline',
        'payments_statementmatch'
    ]) AS name;

SELECT core_begin_in('payments_paymentrequest', 'drafted');

SELECT core_begin_in('payments_refund', 'drafted');

SELECT core_begin_in('payments_paymentexception', 'raised');

-- Of a flow's row only state and version change once it is signed, whoever writes; and no row goes.
CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE ON payments_paymentrequest
FOR EACH ROW WHEN (old.state <> 'drafted') EXECUTE FUNCTION batches_keep_facts('state', 'version');

CREATE OR REPLACE TRIGGER request_kept BEFORE DELETE ON payments_paymentrequest
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts();

CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE ON payments_refund
FOR EACH ROW WHEN (old.state <> 'drafted') EXECUTE FUNCTION batches_keep_facts('state', 'version');

CREATE OR REPLACE TRIGGER refund_kept BEFORE DELETE ON payments_refund
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts();

CREATE OR REPLACE TRIGGER facts_kept BEFORE UPDATE OR DELETE ON payments_paymentexception
FOR EACH ROW EXECUTE FUNCTION batches_keep_facts('state', 'version');

-- A payment is of its request and copies its entitlement; a retry answers the outcome of the attempt before, in a
-- closed request, holds the claim on it, and goes to a card of its payee. Checked over the whole statement at once,
-- since a million rows come in one: row by row, as foreign keys, the same would cost many times as much.
CREATE OR REPLACE FUNCTION payments_check_payments() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '64MB' AS $$
DECLARE
    told record;
    batches bigint[];
    stray bigint;
BEGIN
    SELECT count(*) AS row_count, count(*) FILTER (WHERE attempt > 1) AS retry_count,
           min(fiscal_year) AS first_year, max(fiscal_year) AS last_year
    INTO told FROM fresh;
    batches := ARRAY(SELECT request.batch_id FROM payments_paymentrequest AS request
                     WHERE request.id IN (SELECT fresh.request_id FROM fresh));
    PERFORM core_plan_for(told.row_count);
    -- Other batches and other years need not be looked at.
    EXECUTE $query$
        SELECT count(*) FROM fresh
        LEFT JOIN payments_paymentrequest AS request ON request.id = fresh.request_id
        LEFT JOIN batches_entitlement AS entitlement
            ON entitlement.fiscal_year = fresh.fiscal_year AND entitlement.id = fresh.entitlement_id
            AND entitlement.batch_id = ANY ($1) AND entitlement.fiscal_year BETWEEN $2 AND $3
        WHERE request.id IS NULL OR entitlement.id IS NULL
            OR request.state <> 'drafted' OR request.batch_id <> entitlement.batch_id
            OR request.fiscal_year <> fresh.fiscal_year OR (request.kind = 'first') <> (fresh.attempt = 1)
            OR entitlement.county_code <> fresh.county_code
            OR entitlement.payee_id <> fresh.payee_id OR entitlement.amount_fen <> fresh.amount_fen
            OR (fresh.attempt = 1 AND entitlement.card_id <> fresh.card_id)
    $query$ INTO stray USING batches, told.first_year, told.last_year;
    IF stray > 0 THEN
        RAISE EXCEPTION '有 % 笔发放明细与补贴清单不一致，不能生成。', stray USING ERRCODE = 'YK060';
    END IF;
    IF told.retry_count > 0 THEN
        PERFORM payments_check_retries(array_agg(fresh.id)) FROM fresh WHERE fresh.attempt > 1;
    END IF;
    RETURN NULL;
END
$$;

-- How many attempts between two others never left the house, because the reissue that they were filed for is void.
CREATE OR REPLACE FUNCTION payments_void_attempts(
    of_year smallint, entitlement bigint, after_attempt smallint, before_attempt smallint
) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT count(*) FROM payments_payment AS payment
    INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id AND request.state = 'void'
    WHERE payment.fiscal_year = of_year AND payment.entitlement_id = entitlement
        AND payment.attempt > after_attempt AND payment.attempt < before_attempt
$$;

CREATE OR REPLACE FUNCTION payments_check_retries(retries bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM payments_payment AS retry
        LEFT JOIN payments_paymentoutcome AS outcome
            ON outcome.fiscal_year = retry.fiscal_year AND outcome.id = retry.retries_outcome_id
            AND outcome.result IN ('failed', 'returned')
        LEFT JOIN payments_payment AS before
            ON before.fiscal_year = outcome.fiscal_year AND before.id = outcome.payment_id
            AND before.entitlement_id = retry.entitlement_id AND before.attempt < retry.attempt
        LEFT JOIN payments_paymentrequest AS request ON request.id = before.request_id AND request.state = 'closed'
        LEFT JOIN payments_outcomeclaim AS claim
            ON claim.fiscal_year = outcome.fiscal_year AND claim.outcome_id = outcome.id
            AND claim.request_id = retry.request_id
        LEFT JOIN registry_card AS card ON card.id = retry.card_id AND card.person_id = retry.payee_id
        WHERE retry.id = ANY (retries) AND (request.id IS NULL OR claim.outcome_id IS NULL OR card.id IS NULL
            OR retry.attempt <> before.attempt + 1 + payments_void_attempts(
                retry.fiscal_year, retry.entitlement_id, before.attempt, retry.attempt))
    ) THEN
        RAISE EXCEPTION '重新发放只能针对已经与银行对平、并且还没有处理过的失败或退票，发到本人的卡。' USING ERRCODE = 'YK061';
    END IF;
END
$$;

CREATE OR REPLACE TRIGGER payments_agree AFTER INSERT ON payments_payment
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION payments_check_payments();

-- An outcome is of a payment of its request, for the payment's amount and of a report applied to that request: no
-- outcome can move another amount, nor another request's. Only what was credited can be returned.
CREATE OR REPLACE FUNCTION payments_check_outcomes() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp SET enable_nestloop = on SET work_mem = '64MB' AS $$
DECLARE
    told record;
    payment text;
    stray bigint;
BEGIN
    SELECT count(*) AS row_count, count(*) FILTER (WHERE sequence = 2) AS return_count,
           min(fiscal_year) AS first_year, max(fiscal_year) AS last_year,
           min(payment_id) AS first_payment, max(payment_id) AS last_payment
    INTO told FROM fresh;
    -- Outcomes of a whole file meet its payments, which lie beside each other, by hashing. Others look their payment up
    -- by its key alone, in the years that are there (LIMIT leaves the planner no other way).
    IF told.row_count > 1000 AND told.last_payment - told.first_payment < told.row_count * 2 THEN
        PERFORM core_plan_for(told.row_count, 0);
        payment := 'LEFT JOIN payments_payment AS payment
            ON payment.fiscal_year = fresh.fiscal_year AND payment.id = fresh.payment_id
            AND payment.fiscal_year BETWEEN $1 AND $2 AND payment.id BETWEEN $3 AND $4';
    ELSE
        payment := 'LEFT JOIN LATERAL (
            SELECT one.request_id, one.amount_fen FROM payments_payment AS one
            WHERE one.fiscal_year = fresh.fiscal_year AND one.id = fresh.payment_id AND one.fiscal_year BETWEEN $1 AND $2
            ORDER BY one.id LIMIT 1
        ) AS payment ON TRUE';
    END IF;
    EXECUTE 'SELECT count(*) FROM fresh ' || payment || '
        LEFT JOIN payments_appliedreport AS applied
            ON applied.id = fresh.applied_report_id AND applied.request_id = fresh.request_id
        WHERE applied.id IS NULL
            OR (payment.request_id, payment.amount_fen) IS DISTINCT FROM (fresh.request_id, fresh.amount_fen)'
    INTO stray USING told.first_year, told.last_year, told.first_payment, told.last_payment;
    PERFORM core_plan_for(0);
    IF stray > 0 THEN
        RAISE EXCEPTION '有 % 个银行结果与它的发放明细不一致，不能登记。', stray
            USING ERRCODE = '23503', CONSTRAINT = 'outcome_is_of_its_payment', TABLE = tg_table_name;
    END IF;
    IF told.return_count > 0 AND EXISTS (
        SELECT 1 FROM fresh
        LEFT JOIN payments_paymentoutcome AS earlier
            ON earlier.fiscal_year = fresh.fiscal_year AND earlier.payment_id = fresh.payment_id
            AND earlier.sequence = 1 AND earlier.result = 'credited'
        WHERE fresh.sequence = 2 AND earlier.id IS NULL
    ) THEN
        RAISE EXCEPTION '没有到账的发放不能记为退票。' USING ERRCODE = 'YK062';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER outcomes_follow AFTER INSERT ON payments_paymentoutcome
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION payments_check_outcomes();

-- A claim is given up only by a refund that was sent back or by a reissue that was voided before anything was sent.
CREATE OR REPLACE FUNCTION payments_keep_claims() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF tg_op = 'DELETE' AND EXISTS (
        SELECT 1 FROM payments_refund AS refund WHERE refund.id = old.refund_id AND refund.state = 'sent_back'
        UNION ALL
        SELECT 1 FROM payments_paymentrequest AS request WHERE request.id = old.request_id AND request.state = 'void'
    ) THEN
        RETURN old;
    END IF;
    RAISE EXCEPTION '这笔失败或退票已经在处理，不能改作他用。' USING ERRCODE = 'YK063';
END
$$;

-- A reissue that becomes void frees its outcomes, in the same statement that voids it.
CREATE OR REPLACE FUNCTION payments_free_reissue() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM payments_outcomeclaim WHERE request_id = new.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER freed AFTER UPDATE OF state ON payments_paymentrequest
FOR EACH ROW WHEN (new.state = 'void') EXECUTE FUNCTION payments_free_reissue();

CREATE OR REPLACE TRIGGER claims_stay BEFORE UPDATE OR DELETE ON payments_outcomeclaim
FOR EACH ROW EXECUTE FUNCTION payments_keep_claims();
