-- What a roster holds now, and what of it can be paid.

-- The latest revision of every row of the latest reading.
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
WHERE NOT EXISTS (
        SELECT 1 FROM rosters_rosterline AS later
        WHERE later.roster_id = line.roster_id AND later.row_key = line.row_key AND later.revision > line.revision
    );

-- What the latest round found for the lines as they are now; a line corrected since then has no match.
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
    found.result
FROM rosters_linematch AS found
INNER JOIN (
    SELECT
        round.roster_id,
        max(round.round_no) AS round_no
    FROM rosters_matchround AS round
    GROUP BY round.roster_id
) AS latest ON found.roster_id = latest.roster_id AND found.round_no = latest.round_no;

-- What a completed roster pays: lines in order whose payee has a usable card. quantity is in millionths.
CREATE OR REPLACE VIEW rosters_effectiveline AS
SELECT
    line.roster_id,
    line.row_key,
    line.id AS line_id,
    line.name,
    found.beneficiary_id,
    found.payee_id,
    found.card_id,
    line.quantity_micro AS quantity,
    line.rate_fen,
    line.amount_fen,
    line.occasion,
    coalesce(found.village_code, roster.area_code) AS village_code,
    CASE
        WHEN found.village_code IS NULL THEN roster.area_code
        ELSE left(found.village_code, 9) || '000'
    END AS township_code,
    line.group_no
FROM rosters_currentline AS line
INNER JOIN rosters_currentmatch AS found
    ON line.roster_id = found.roster_id AND line.row_key = found.row_key AND line.id = found.line_id
INNER JOIN rosters_roster AS roster ON line.roster_id = roster.id
WHERE line.standing = 'ok' AND found.result = 'matched';

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
    AND NOT EXISTS (
        SELECT 1 FROM rosters_rosterline AS later
        WHERE
            later.roster_id = problem.roster_id AND later.row_key = problem.row_key
            AND later.revision > problem.revision
    )
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
