-- What a roster holds now, and what of it can be paid.

-- The latest revision of every row of the latest reading. One look for each row into the index of corrected rows, which
-- is nearly empty: written as a join it became one of all rows with all rows whenever the planner took a roster that
-- was read a moment ago, among those of many years, for a single row.
CREATE OR REPLACE VIEW rosters_currentline AS
SELECT
    line.id,
    line.roster_id,
    line.reading_no,
    line.row_key,
    line.revision,
    line.sheet,
    line.row_no,
    line.name,
    line.id_index,
    line.village_code,
    line.group_no,
    line.quantity_micro,
    line.rate_fen,
    line.amount_fen,
    line.occasion,
    line.standing,
    line.reason,
    line.content_index
FROM rosters_rosterline AS line
INNER JOIN (
    SELECT
        reading.roster_id,
        max(reading.reading_no) AS reading_no
    FROM rosters_rosterreading AS reading
    GROUP BY reading.roster_id
) AS latest ON line.roster_id = latest.roster_id AND line.reading_no = latest.reading_no
WHERE
    line.revision = coalesce((
        SELECT max(later.revision) FROM rosters_rosterline AS later
        WHERE later.roster_id = line.roster_id AND later.row_key = line.row_key AND later.revision > 1
    ), 1);

-- What the latest round found, with what each line claimed then.
CREATE OR REPLACE VIEW rosters_currentmatch AS
SELECT
    found.id,
    found.roster_id,
    found.round_no,
    found.row_key,
    found.revision,
    found.line_id,
    found.beneficiary_id,
    found.payee_id,
    found.card_id,
    found.village_code,
    found.result,
    found.name,
    found.group_no,
    found.quantity_micro,
    found.rate_fen,
    found.amount_fen,
    found.occasion
FROM rosters_linematch AS found
INNER JOIN (
    SELECT
        round.roster_id,
        max(round.round_no) AS round_no
    FROM rosters_matchround AS round
    GROUP BY round.roster_id
) AS latest ON found.roster_id = latest.roster_id AND found.round_no = latest.round_no;

-- The same, added up.
CREATE OR REPLACE VIEW rosters_currenttotal AS
SELECT
    total.roster_id,
    total.round_no,
    total.result,
    total.village_code,
    total.count,
    total.total_fen,
    total.first_match_id,
    total.last_match_id
FROM rosters_matchtotal AS total
WHERE
    total.round_no = (
        SELECT max(round.round_no) FROM rosters_matchround AS round
        WHERE round.roster_id = total.roster_id
    );

-- Whether a line is what stands in its row now. A function, so that it is asked of single lines where it is asked at
-- all.
CREATE OR REPLACE FUNCTION rosters_line_stands(roster bigint, key text, line_id bigint) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM rosters_currentline AS line
                   WHERE line.roster_id = roster AND line.row_key = key AND line.id = line_id)
$$;

-- Whether a roster pays what its latest round found of a line: its payee has a usable card. No line comes into a
-- matched or completed roster (trigger), so that round is what stands; in any other state a line that was corrected
-- since then is left out. Without a SET clause, so that it is written into the statement that uses it.
CREATE OR REPLACE FUNCTION rosters_is_effective(
    result text, roster_state text, roster bigint, key text, line_id bigint
) RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN result = 'matched' AND (roster_state IN ('matched', 'completed') OR rosters_line_stands(roster, key, line_id));

-- What a roster pays. quantity is in millionths.
CREATE OR REPLACE VIEW rosters_effectiveline AS
SELECT
    found.roster_id,
    found.row_key,
    found.line_id,
    found.name,
    found.beneficiary_id,
    found.payee_id,
    found.card_id,
    found.quantity_micro AS quantity,
    found.rate_fen,
    found.amount_fen,
    found.occasion,
    coalesce(found.village_code, roster.area_code) AS village_code,
    CASE
        WHEN found.village_code IS NULL THEN roster.area_code
        ELSE left(found.village_code, 9) || '000'
    END AS township_code,
    found.group_no,
    found.id AS match_id
FROM rosters_currentmatch AS found
INNER JOIN rosters_roster AS roster ON found.roster_id = roster.id
WHERE rosters_is_effective(found.result, roster.state, found.roster_id, found.row_key, found.line_id);

-- What is wrong now: problems of rows as they are, and of the file as last checked. A dropped row's latest revision has
-- no problem. One look into an index a problem, whatever the planner knows of rows that were written a moment ago.
CREATE OR REPLACE VIEW rosters_currentproblem AS
SELECT
    problem.id,
    problem.roster_id,
    problem.row_key,
    problem.sheet,
    problem.row_no,
    problem."column",
    problem.kind,
    problem.severity,
    problem.seen_sealed,
    problem.note
FROM rosters_rosterproblem AS problem
WHERE
    problem.row_key IS NOT NULL
    AND problem.reading_no = (
        SELECT max(reading.reading_no) FROM rosters_rosterreading AS reading
        WHERE reading.roster_id = problem.roster_id
    )
    AND problem.revision = coalesce((
        SELECT max(later.revision) FROM rosters_rosterline AS later
        WHERE later.roster_id = problem.roster_id AND later.row_key = problem.row_key AND later.revision > 1
    ), 1)
UNION ALL
SELECT
    problem.id,
    problem.roster_id,
    problem.row_key,
    problem.sheet,
    problem.row_no,
    problem."column",
    problem.kind,
    problem.severity,
    problem.seen_sealed,
    problem.note
FROM rosters_rosterproblem AS problem
WHERE
    problem.row_key IS NULL
    AND problem.check_no = (
        SELECT max(checked.check_no) FROM rosters_rostercheck AS checked
        WHERE checked.roster_id = problem.roster_id
    );
