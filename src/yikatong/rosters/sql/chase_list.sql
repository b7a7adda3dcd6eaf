-- Lines in order that cannot be paid yet, with the payee who lacks a usable card (C8, C9, C12), in order of village.
SELECT
    line.row_key,
    line.sheet,
    line.row_no,
    line.name,
    coalesce(person.id_masked, '') AS id_masked,
    coalesce(payee.name, '') AS payee_name,
    coalesce(payee.id_masked, '') AS payee_id_masked,
    coalesce(payee.mobile_masked, '') AS payee_mobile_masked,
    found.payee_id <> found.beneficiary_id AS payee_is_other,
    coalesce(village.name, '') AS village,
    line.group_no,
    line.amount_fen,
    found.result,
    count(*) OVER () AS whole,
    (sum(line.amount_fen) OVER ())::bigint AS whole_fen
FROM rosters_linematch AS found
CROSS JOIN
    LATERAL (
        SELECT * FROM rosters_currentline AS one
        WHERE one.roster_id = found.roster_id AND one.row_key = found.row_key AND one.id = found.line_id
        ORDER BY one.row_key
        LIMIT 1
    ) AS line
LEFT JOIN registry_person AS person ON found.beneficiary_id = person.id
LEFT JOIN registry_person AS payee ON found.payee_id = payee.id
LEFT JOIN core_area AS village ON found.village_code = village.code
WHERE
    found.roster_id = %(roster)s AND line.standing = 'ok' AND found.result <> 'matched'
    AND found.round_no = (
        SELECT max(round.round_no) FROM rosters_matchround AS round
        WHERE round.roster_id = %(roster)s
    )
ORDER BY found.village_code, line.row_key COLLATE "C"
LIMIT %(rows_max)s OFFSET %(rows_before)s
