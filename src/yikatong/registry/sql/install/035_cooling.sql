-- A changed card is not paid at once: whoever swaps a card to take the money must wait until the person notices (R08).
CREATE OR REPLACE FUNCTION registry_cooling_days() RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = public, pg_temp AS $$ SELECT 3 $$;

-- From which day (Asia/Shanghai) money may go to a card in place of another. It counts from the change that two
-- officials signed, else from when the card office's file first called the card active. A third official may hasten a
-- change, which is a decision of its own. A view, so that many cards are looked up in the statement that asks for them.
CREATE OR REPLACE VIEW registry_usablecard AS
SELECT
    card.id AS card_id,
    CASE
        WHEN chosen.state = 'hastened' THEN (chosen.designated_at AT TIME ZONE 'Asia/Shanghai')::date
        ELSE (coalesce(chosen.designated_at, known.active_at) AT TIME ZONE 'Asia/Shanghai')::date
            + registry_cooling_days()
    END AS usable_on
FROM registry_card AS card
CROSS JOIN
    LATERAL (
        SELECT min(load.loaded_at) AS active_at
        FROM registry_cardstatus AS said
        INNER JOIN registry_cardload AS load ON said.load_id = load.id
        WHERE said.card_id = card.id AND said.status = 'active'
    ) AS known
LEFT JOIN LATERAL (
    SELECT
        choice.designated_at,
        change.state
    FROM registry_carddesignation AS choice
    INNER JOIN registry_cardchange AS change ON choice.change_id = change.id
    WHERE choice.card_id = card.id
    ORDER BY choice.id DESC
    LIMIT 1
) AS chosen ON TRUE;
