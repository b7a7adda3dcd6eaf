-- An agreement is renewed, its account goes on: statements, differences and totals stand under the agreement by which
-- the account was registered first, and every later one leads there (S14).
CREATE OR REPLACE VIEW banking_account AS
SELECT
    terms.id AS agreement_id,
    min(terms.id) OVER (PARTITION BY terms.provider_id, terms.statement_account) AS account_id
FROM banking_serviceagreement AS terms;

-- Whether a request is paid from an account.
CREATE OR REPLACE FUNCTION banking_pays_from(request bigint, account bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM banking_paymentinstruction AS sent
        INNER JOIN banking_account AS place ON place.agreement_id = sent.agreement_id
        WHERE sent.request_id = request AND place.account_id = account
    )
$$;

-- The requests of which a bank's report may say what became of them: they went to that bank, and are paid from one of
-- the accounts that the report speaks for (NULL: it does not say).
CREATE OR REPLACE FUNCTION banking_spoken_of(provider bigint, accounts bigint[]) RETURNS SETOF bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT DISTINCT sent.request_id FROM banking_paymentinstruction AS sent
    INNER JOIN banking_account AS place ON place.agreement_id = sent.agreement_id
    WHERE sent.provider_id = provider AND (accounts IS NULL OR place.account_id = ANY (accounts))
$$;
