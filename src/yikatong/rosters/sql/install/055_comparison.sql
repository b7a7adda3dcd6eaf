-- The difference of long rosters to the cycle before, compared once in the background: what two rounds found never
-- changes, so neither does their difference.
SELECT core_append_only(name)
FROM unnest(ARRAY['rosters_cyclecomparison', 'rosters_cycledifference', 'rosters_changedperson']) AS name;

CREATE OR REPLACE FUNCTION rosters_latest_round(roster bigint) RETURNS integer
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT max(done.round_no) FROM rosters_matchround AS done WHERE done.roster_id = roster
$$;

-- Compares the latest rounds of both, unless they were; returns the comparison's id. Of each kind the people whose
-- money changed most are kept, ``most`` of them.
CREATE OR REPLACE FUNCTION rosters_compare(
    before bigint, after bigint, most integer, official bigint, moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem = '64MB' AS $$
DECLARE
    made bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('rosters_compare'), after::integer);
    SELECT known.id INTO made FROM rosters_cyclecomparison AS known
    WHERE known.roster_id = after AND known.round_no = rosters_latest_round(after)
        AND known.previous_id = before AND known.previous_round_no = rosters_latest_round(before);
    IF made IS NOT NULL THEN
        RETURN made;
    END IF;
    INSERT INTO rosters_cyclecomparison (
        roster_id, round_no, previous_id, previous_round_no, compared_by_id, compared_at
    )
    VALUES (after, rosters_latest_round(after), before, rosters_latest_round(before), official, moment)
    RETURNING id INTO made;
    WITH told AS MATERIALIZED (
        SELECT * FROM rosters_difference(before, after)
    ), counted AS (
        INSERT INTO rosters_cycledifference (comparison_id, kind, count, before_fen, after_fen)
        SELECT made, one.kind, count(*), coalesce(sum(one.before_fen), 0), coalesce(sum(one.after_fen), 0)
        FROM told AS one GROUP BY one.kind
    ), placed AS (
        SELECT one.*, row_number() OVER (
            PARTITION BY one.kind
            ORDER BY abs(coalesce(one.after_fen, 0) - coalesce(one.before_fen, 0)) DESC, one.beneficiary_id
        ) AS place
        FROM told AS one WHERE one.kind <> 'same'
    )
    INSERT INTO rosters_changedperson (
        comparison_id, kind, place, beneficiary_id, match_id, before_quantity, after_quantity, before_fen, after_fen,
        card_changed
    )
    SELECT made, one.kind, one.place, one.beneficiary_id, one.match_id, one.before_quantity, one.after_quantity,
        one.before_fen, one.after_fen, one.card_changed
    FROM placed AS one WHERE one.place <= most;
    RETURN made;
END
$$;
