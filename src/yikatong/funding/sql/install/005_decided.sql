-- Whether every one of these steps was decided on this very digest, no two of them by the same official.
CREATE OR REPLACE FUNCTION funding_decided(of_flow text, subject bigint, of_digest text, verbs text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH taken AS (
        SELECT DISTINCT decision.verb, decision.official_id FROM core_decision AS decision
        WHERE decision.flow = of_flow AND decision.subject_id = subject AND decision.digest = of_digest
            AND decision.verb = ANY (verbs)
    )
    SELECT of_digest <> '' AND (SELECT count(DISTINCT taken.verb) FROM taken) = cardinality(verbs)
        AND (SELECT count(*) FROM taken) = (SELECT count(*) FROM (SELECT DISTINCT official_id FROM taken) AS people)
$$;

-- Whether the transfer of that business fact has been posted.
CREATE OR REPLACE FUNCTION funding_has_moved(of_kind text, fact bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM ledger_transfer AS moved WHERE moved.key = of_kind || ':' || fact)
$$;
