-- Payments, one partition a fiscal year. A reissue keeps the year of its entitlement, so the year stands in every key.
CREATE SEQUENCE payments_payment_id_seq;

CREATE TABLE payments_payment (
    fiscal_year smallint NOT NULL,
    id bigint NOT NULL DEFAULT nextval('payments_payment_id_seq'),
    county_code varchar(12) NOT NULL,
    entitlement_id bigint NOT NULL,
    attempt smallint NOT NULL,
    request_id bigint NOT NULL REFERENCES payments_paymentrequest (id),
    payee_id bigint NOT NULL,
    card_id bigint NOT NULL,
    amount_fen bigint NOT NULL,
    end_to_end_id varchar(35) NOT NULL,
    retries_outcome_id bigint,
    PRIMARY KEY (fiscal_year, id),
    CONSTRAINT one_payment_an_attempt UNIQUE (fiscal_year, entitlement_id, attempt),
    CONSTRAINT end_to_end_id_is_used_once UNIQUE (end_to_end_id, fiscal_year),
    CONSTRAINT an_outcome_is_retried_once UNIQUE (fiscal_year, retries_outcome_id),
    CONSTRAINT payment_of_its_request UNIQUE (fiscal_year, id, request_id, amount_fen),
    CONSTRAINT payment_pays_something CHECK (amount_fen > 0),
    CONSTRAINT only_a_retry_names_an_outcome CHECK (attempt >= 1 AND (attempt = 1) = (retries_outcome_id IS NULL)),
    CONSTRAINT end_to_end_id_tells_the_attempt CHECK (end_to_end_id = 'E' || entitlement_id || '-' || attempt),
    CONSTRAINT payment_is_for_an_entitlement
    FOREIGN KEY (fiscal_year, entitlement_id) REFERENCES batches_entitlement (fiscal_year, id),
    CONSTRAINT card_is_the_payees_own FOREIGN KEY (card_id, payee_id) REFERENCES registry_card (id, person_id)
) PARTITION BY LIST (fiscal_year);

ALTER SEQUENCE payments_payment_id_seq OWNED BY payments_payment.id;

CREATE INDEX payment_by_request ON payments_payment (request_id);

CREATE INDEX payment_by_payee ON payments_payment (payee_id);

DO $$
BEGIN
    FOR year IN 2020..2040 LOOP
        EXECUTE format('CREATE TABLE payments_payment_%s PARTITION OF payments_payment FOR VALUES IN (%s)', year, year);
    END LOOP;
END
$$;
