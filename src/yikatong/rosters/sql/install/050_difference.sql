-- What changed between what one roster pays and what another did, person by person: added, gone, or other figures. A
-- person who is paid several times a cycle counts with the sum. One pass over each roster.
CREATE OR REPLACE FUNCTION rosters_difference(before bigint, after bigint) RETURNS TABLE (
    beneficiary_id bigint, kind text, name text, village_code text, group_no text, before_quantity numeric,
    after_quantity numeric, before_fen bigint, after_fen bigint, card_changed boolean
)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH earlier AS (
        SELECT
            line.beneficiary_id, min(line.name) AS name, min(line.village_code) AS village_code,
            min(line.group_no) AS group_no, sum(line.quantity) AS quantity, sum(line.amount_fen)::bigint AS fen,
            min(line.card_id) AS card_id
        FROM rosters_effectiveline AS line WHERE line.roster_id = before GROUP BY line.beneficiary_id
    ),
    later AS (
        SELECT
            line.beneficiary_id, min(line.name) AS name, min(line.village_code) AS village_code,
            min(line.group_no) AS group_no, sum(line.quantity) AS quantity, sum(line.amount_fen)::bigint AS fen,
            min(line.card_id) AS card_id
        FROM rosters_effectiveline AS line WHERE line.roster_id = after GROUP BY line.beneficiary_id
    )
    SELECT
        beneficiary_id,
        CASE
            WHEN earlier.fen IS NULL THEN 'added'
            WHEN later.fen IS NULL THEN 'gone'
            WHEN earlier.fen <> later.fen OR earlier.quantity IS DISTINCT FROM later.quantity THEN 'changed'
            WHEN earlier.card_id <> later.card_id THEN 'card'
            ELSE 'same'
        END,
        coalesce(later.name, earlier.name),
        coalesce(later.village_code, earlier.village_code),
        coalesce(later.group_no, earlier.group_no),
        earlier.quantity,
        later.quantity,
        earlier.fen,
        later.fen,
        coalesce(earlier.card_id <> later.card_id, false)
    FROM earlier FULL JOIN later USING (beneficiary_id)
$$;
