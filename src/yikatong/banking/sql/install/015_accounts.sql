-- An agreement is renewed, its account goes on: statements, differences and totals stand under the agreement by which
-- the account was registered first, and every later one leads there (S14).
CREATE OR REPLACE VIEW banking_account AS
SELECT
    terms.id AS agreement_id,
    min(terms.id) OVER (PARTITION BY terms.provider_id, terms.statement_account) AS account_id
FROM banking_serviceagreement AS terms;
