-- Outcomes beside their payments, in the same partition by year. The first is credited or failed; a return is second.
CREATE SEQUENCE payments_paymentoutcome_id_seq;

CREATE TABLE payments_paymentoutcome (
    fiscal_year smallint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('payments_paymentoutcome_id_seq'),
    payment_id bigint NOT NULL,
    request_id bigint NOT NULL,
    applied_report_id bigint NOT NULL REFERENCES payments_appliedreport (id),
    sequence smallint NOT NULL,
    result varchar(8) NOT NULL,
    reason_code varchar(16) NOT NULL,
    action varchar(16) NOT NULL,
    reason_words varchar(200) NOT NULL,
    amount_fen bigint NOT NULL,
    bank_reference varchar(80) NOT NULL,
    booked_on date NOT NULL,
    reported_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (fiscal_year, id),
    CONSTRAINT one_outcome_a_place UNIQUE (fiscal_year, payment_id, sequence),
    CONSTRAINT outcome_places_in_order CHECK (
        (sequence = 1 AND result IN ('credited', 'failed')) OR (sequence = 2 AND result = 'returned')
    ),
    -- The amount is part of the key: no outcome can move another amount than its payment's, nor another request's.
    CONSTRAINT outcome_is_of_its_payment FOREIGN KEY (fiscal_year, payment_id, request_id, amount_fen)
    REFERENCES payments_payment (fiscal_year, id, request_id, amount_fen)
) PARTITION BY LIST (fiscal_year);

ALTER SEQUENCE payments_paymentoutcome_id_seq OWNED BY payments_paymentoutcome.id;

CREATE INDEX outcome_by_report ON payments_paymentoutcome (applied_report_id, result);

DO $$
BEGIN
    FOR year IN 2020..2040 LOOP
        EXECUTE format('CREATE TABLE payments_paymentoutcome_%s PARTITION OF payments_paymentoutcome
                        FOR VALUES IN (%s)', year, year);
    END LOOP;
END
$$;

ALTER TABLE payments_payment ADD CONSTRAINT retry_is_of_an_outcome
FOREIGN KEY (fiscal_year, retries_outcome_id) REFERENCES payments_paymentoutcome (fiscal_year, id);
