-- Keeps registry_payeecard, and in registry_unpayable whoever has none: whenever a card's status, its person or a
-- designation is new, the persons concerned are judged anew, and nobody else.

-- The statement that judges some persons anew: the card last designated while it is active, else the newest active one.
-- Triggers execute it as a text, for a plan that was made for one person would be kept for millions, and the other way
-- round. Cards and statuses are looked up in their indexes, which costs the same however many there are.
CREATE OR REPLACE FUNCTION registry_judging(persons text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$
    SELECT format($judging$
        WITH judged AS MATERIALIZED (
            SELECT touched.person_id, best.card_id, best.is_designated
            FROM (SELECT DISTINCT found.person_id FROM (%s) AS found WHERE found.person_id IS NOT NULL) AS touched
            LEFT JOIN LATERAL (
                SELECT card.id AS card_id, coalesce(designated.card_id = card.id, FALSE) AS is_designated
                FROM registry_card AS card
                CROSS JOIN LATERAL (
                    SELECT said.status FROM registry_cardstatus AS said
                    WHERE said.card_id = card.id
                    ORDER BY said.id DESC
                    LIMIT 1
                ) AS known
                LEFT JOIN LATERAL (
                    SELECT choice.card_id FROM registry_carddesignation AS choice
                    WHERE choice.person_id = touched.person_id
                    ORDER BY choice.id DESC
                    LIMIT 1
                ) AS designated ON TRUE
                WHERE card.person_id = touched.person_id AND known.status = 'active'
                ORDER BY is_designated DESC, card.issued_on DESC NULLS LAST, card.id DESC
                LIMIT 1
            ) AS best ON TRUE
        ),
        gone AS (
            DELETE FROM registry_payeecard AS payee USING judged
            WHERE payee.person_id = judged.person_id AND judged.card_id IS NULL
        ),
        payable AS (
            DELETE FROM registry_unpayable AS known USING judged
            WHERE known.person_id = judged.person_id AND judged.card_id IS NOT NULL
        ),
        unpayable AS (
            INSERT INTO registry_unpayable AS known (person_id, why, village_code, group_no)
            SELECT person.id, coalesce(held.why, 'no_card'), person.village_code, person.group_no
            FROM judged
            INNER JOIN registry_person AS person ON person.id = judged.person_id
            CROSS JOIN LATERAL (
                SELECT CASE
                    WHEN bool_or(now.status = 'inactive') THEN 'inactive'
                    WHEN bool_or(now.status = 'lost') THEN 'lost'
                    WHEN count(*) > 0 THEN 'canceled'
                END AS why
                FROM registry_card AS card
                CROSS JOIN LATERAL (
                    SELECT said.status FROM registry_cardstatus AS said
                    WHERE said.card_id = card.id
                    ORDER BY said.id DESC
                    LIMIT 1
                ) AS now
                WHERE card.person_id = person.id
            ) AS held
            WHERE judged.card_id IS NULL
            ON CONFLICT (person_id) DO UPDATE SET why = excluded.why WHERE known.why <> excluded.why
        )
        INSERT INTO registry_payeecard AS payee (person_id, card_id, is_designated)
        SELECT person_id, card_id, is_designated FROM judged WHERE card_id IS NOT NULL
        ON CONFLICT (person_id) DO UPDATE SET card_id = excluded.card_id, is_designated = excluded.is_designated
        WHERE (payee.card_id, payee.is_designated) <> (excluded.card_id, excluded.is_designated)
    $judging$, persons)
$$;

-- Taken until the transaction ends by whoever judges: who comes second sees what the first one said.
CREATE OR REPLACE FUNCTION registry_judge_alone() RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT pg_advisory_xact_lock(x'594b5043'::integer)
$$;

-- A status belongs to a card and a load that are there: held by the statement and not row by row, since neither cards
-- nor loads can be deleted. So no card comes after its status, and a card that comes in changes nobody's payee card.
CREATE OR REPLACE FUNCTION registry_statuses_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    is_loose boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (
        SELECT FROM told
        WHERE (SELECT card.id FROM registry_card AS card WHERE card.id = told.card_id) IS NULL
            OR told.load_id NOT IN (SELECT load.id FROM registry_cardload AS load)
    )' INTO is_loose;
    IF is_loose THEN
        RAISE EXCEPTION '卡状态所说的社保卡或导入记录不存在。' USING ERRCODE = 'foreign_key_violation';
    END IF;
    PERFORM registry_judge_alone();
    EXECUTE registry_judging(
        'SELECT (SELECT card.person_id FROM registry_card AS card WHERE card.id = told.card_id) AS person_id FROM told');
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER payees_follow AFTER INSERT ON registry_cardstatus
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_statuses_follow();

CREATE OR REPLACE FUNCTION registry_persons_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM told) THEN
        PERFORM registry_judge_alone();
        EXECUTE registry_judging('SELECT told.person_id FROM told');
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER payees_follow AFTER UPDATE ON registry_card
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_persons_follow();

CREATE OR REPLACE TRIGGER payees_follow AFTER INSERT ON registry_carddesignation
REFERENCING NEW TABLE AS told FOR EACH STATEMENT EXECUTE FUNCTION registry_persons_follow();
