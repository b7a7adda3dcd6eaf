-- A page of what a matched or completed roster pays, in the order of the file, with the payee and the masked card. It
-- is cut along the index: a row key is digits and hyphens of one width, so its order is the file's in any collation.
WITH page AS MATERIALIZED (
    SELECT found.*
    FROM rosters_linematch AS found
    WHERE
        found.roster_id = %(roster)s AND found.result = 'matched'
        AND found.round_no = (
            SELECT max(round.round_no) FROM rosters_matchround AS round
            WHERE round.roster_id = %(roster)s
        )
    ORDER BY found.row_key
    LIMIT %(rows_max)s OFFSET %(rows_before)s
)

SELECT
    line.row_key,
    line.name,
    payee.name AS payee_name,
    line.payee_id <> line.beneficiary_id AS payee_is_other,
    bank.name AS bank_name,
    card.tail,
    coalesce(village.name, '') AS village,
    line.group_no,
    line.quantity_micro AS quantity,
    line.rate_fen,
    line.amount_fen,
    (
        SELECT sum(total.count)::bigint FROM rosters_currenttotal AS total
        WHERE total.roster_id = %(roster)s AND total.result = 'matched'
    ) AS whole
FROM page AS line
INNER JOIN rosters_roster AS roster ON line.roster_id = roster.id
INNER JOIN registry_person AS payee ON line.payee_id = payee.id
INNER JOIN registry_card AS card ON line.card_id = card.id
INNER JOIN registry_bank AS bank ON card.bank_id = bank.id
LEFT JOIN core_area AS village ON coalesce(line.village_code, roster.area_code) = village.code
ORDER BY line.row_key
