-- What a round found is added up once, in its transaction: lists and notices of a whole county then need not go through
-- its lines again.
CREATE OR REPLACE FUNCTION rosters_write_totals(roster bigint, round integer) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO rosters_matchtotal (
        roster_id, round_no, result, village_code, count, total_fen, first_match_id, last_match_id
    )
    SELECT
        roster, round, found.result, coalesce(found.village_code, ''), count(*), sum(found.amount_fen)::bigint,
        min(found.id), max(found.id)
    FROM rosters_linematch AS found
    WHERE found.roster_id = roster AND found.round_no = round
    GROUP BY found.result, coalesce(found.village_code, '')
    ORDER BY found.result, coalesce(found.village_code, '')
$$;

-- Rounds of before this was kept.
SELECT rosters_write_totals(done.roster_id, done.round_no)
FROM rosters_matchround AS done
LEFT JOIN rosters_matchtotal AS kept ON done.roster_id = kept.roster_id AND done.round_no = kept.round_no
WHERE kept.id IS NULL;

-- Compares every line in order with the register and the card file: beneficiary by ID number; payee is the head of
-- household where the program pays households, else the beneficiary; the card is the payee's usable one (C5–C8, C11).
-- Returns the round's number. The application cannot write rounds or matches in any other way.
CREATE OR REPLACE FUNCTION rosters_match_lines(roster bigint, official bigint, moment timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public,
pg_temp SET enable_nestloop = on SET work_mem = '64MB' SET hash_mem_multiplier = 1 AS $$
DECLARE
    subject rosters_roster;
    round integer;
BEGIN
    SELECT * INTO subject FROM rosters_roster WHERE id = roster FOR UPDATE;
    IF subject.state IS DISTINCT FROM 'matched' THEN
        RAISE EXCEPTION '花名册现在不能比对，请刷新后再看。' USING ERRCODE = 'YK102';
    END IF;
    PERFORM core_plan_for((SELECT checked.ok_count FROM rosters_rostercheck AS checked
                           WHERE checked.roster_id = roster ORDER BY checked.check_no DESC LIMIT 1));
    -- What was frozen before this round no longer stands.
    UPDATE rosters_roster SET count = 0, total_fen = 0, digest = '' WHERE id = roster AND digest <> '';
    INSERT INTO rosters_matchround (roster_id, round_no, matched_by_id, matched_at)
    SELECT roster, coalesce(max(earlier.round_no), 0) + 1, official, moment
    FROM rosters_matchround AS earlier WHERE earlier.roster_id = roster
    RETURNING round_no INTO round;
    INSERT INTO rosters_linematch (roster_id, round_no, row_key, revision, line_id, beneficiary_id, payee_id, card_id,
                                   village_code, name, group_no, quantity_micro, rate_fen, amount_fen, occasion, result)
    SELECT
        roster, round, found.row_key, found.revision, found.line_id, found.beneficiary_id, found.payee_id,
        usable.card_id, found.village_code, found.name, found.group_no, found.quantity_micro, found.rate_fen,
        found.amount_fen, found.occasion,
        CASE
            WHEN found.beneficiary_id IS NULL THEN 'no_person'
            WHEN found.payee_id IS NULL THEN 'no_payee'
            WHEN claimed.beneficiary_id IS NOT NULL THEN 'already_claimed'
            WHEN usable.card_id IS NOT NULL THEN 'matched'
            WHEN EXISTS (SELECT 1 FROM registry_card AS card WHERE card.person_id = found.payee_id)
                THEN 'card_inactive'
            ELSE 'no_card'
        END
    FROM (
        SELECT
            line.id AS line_id, line.row_key, line.revision, line.name, line.group_no, line.quantity_micro,
            line.rate_fen, line.amount_fen, line.occasion, person.id AS beneficiary_id,
            CASE WHEN program.paid_to = 'household' THEN household.head_id ELSE person.id END AS payee_id,
            coalesce(line.village_code, person.village_code) AS village_code
        FROM rosters_currentline AS line
        INNER JOIN catalog_program AS program ON program.id = subject.program_id
        LEFT JOIN registry_person AS person ON person.id_index = line.id_index
        LEFT JOIN registry_household AS household ON household.id = person.household_id
        WHERE line.roster_id = roster AND line.standing = 'ok'
    ) AS found
    LEFT JOIN registry_payeecard AS usable ON usable.person_id = found.payee_id
    LEFT JOIN (SELECT DISTINCT claim.beneficiary_id, claim.occasion FROM rosters_claimed_elsewhere(roster) AS claim)
        AS claimed ON claimed.beneficiary_id = found.beneficiary_id AND claimed.occasion = found.occasion
    -- In the order of the file, which is then that of the entitlements, the payments and the bank's file too.
    ORDER BY found.line_id;
    PERFORM rosters_write_totals(roster, round);
    RETURN round;
END
$$;

-- Who is already on another completed roster of the same cycle, for the same occasion. The lines of those rosters are
-- found by the roster, never by going through all rosters that ever were.
CREATE OR REPLACE FUNCTION rosters_claimed_elsewhere(roster bigint)
RETURNS TABLE (beneficiary_id bigint, occasion text)
LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_nestloop = on AS $$
    SELECT line.beneficiary_id, line.occasion
    FROM rosters_roster AS own
    INNER JOIN rosters_roster AS other
        ON other.cycle_id = own.cycle_id AND other.id <> own.id AND other.state = 'completed'
    INNER JOIN rosters_effectiveline AS line ON line.roster_id = other.id
    WHERE own.id = roster
$$;
