-- The one place for what happens to a failed or returned outcome: its primary key is the outcome, so whoever comes
-- second, be it a reissue or a refund, finds it taken.
CREATE TABLE payments_outcomeclaim (
    fiscal_year smallint NOT NULL,
    outcome_id bigint NOT NULL,
    request_id bigint REFERENCES payments_paymentrequest (id),
    refund_id bigint REFERENCES payments_refund (id),
    CONSTRAINT outcome_is_claimed_once PRIMARY KEY (fiscal_year, outcome_id),
    CONSTRAINT claim_is_for_one_thing CHECK (num_nonnulls(request_id, refund_id) = 1),
    CONSTRAINT claim_is_of_an_outcome
    FOREIGN KEY (fiscal_year, outcome_id) REFERENCES payments_paymentoutcome (fiscal_year, id)
);

CREATE INDEX claim_by_request ON payments_outcomeclaim (request_id);

CREATE INDEX claim_by_refund ON payments_outcomeclaim (refund_id);

ALTER TABLE payments_refundline ADD CONSTRAINT refund_line_is_of_an_outcome
FOREIGN KEY (fiscal_year, outcome_id) REFERENCES payments_paymentoutcome (fiscal_year, id);
