-- What changed between what one roster pays and what another did, person by person: added, gone, or other figures. A
-- person who is paid several times a cycle counts with the sum. One pass over both rosters, without their words: who it
-- is, is looked up by ``match_id`` (of the later roster, where the person stands in it) for the few that are shown.
DROP FUNCTION IF EXISTS rosters_difference(bigint, bigint);
CREATE OR REPLACE FUNCTION rosters_difference(before bigint, after bigint) RETURNS TABLE (
    beneficiary_id bigint, kind text, match_id bigint, before_quantity numeric, after_quantity numeric,
    before_fen bigint, after_fen bigint, card_changed boolean
)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
    SELECT
        person.beneficiary_id,
        CASE
            WHEN person.before_fen IS NULL THEN 'added'
            WHEN person.after_fen IS NULL THEN 'gone'
            WHEN person.before_fen <> person.after_fen OR person.before_quantity IS DISTINCT FROM person.after_quantity
                THEN 'changed'
            WHEN person.before_card <> person.after_card THEN 'card'
            ELSE 'same'
        END,
        coalesce(person.after_match, person.before_match),
        person.before_quantity,
        person.after_quantity,
        person.before_fen,
        person.after_fen,
        coalesce(person.before_card <> person.after_card, false)
    FROM (
        SELECT
            line.beneficiary_id,
            sum(line.quantity) FILTER (WHERE line.roster_id = before) AS before_quantity,
            sum(line.quantity) FILTER (WHERE line.roster_id = after) AS after_quantity,
            (sum(line.amount_fen) FILTER (WHERE line.roster_id = before))::bigint AS before_fen,
            (sum(line.amount_fen) FILTER (WHERE line.roster_id = after))::bigint AS after_fen,
            min(line.card_id) FILTER (WHERE line.roster_id = before) AS before_card,
            min(line.card_id) FILTER (WHERE line.roster_id = after) AS after_card,
            min(line.match_id) FILTER (WHERE line.roster_id = before) AS before_match,
            min(line.match_id) FILTER (WHERE line.roster_id = after) AS after_match
        FROM rosters_effectiveline AS line WHERE line.roster_id IN (before, after)
        GROUP BY line.beneficiary_id
    ) AS person
$$;
