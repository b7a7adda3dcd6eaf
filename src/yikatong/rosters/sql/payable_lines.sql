-- What the roster pays, a page in the order of the file, with the payee and the masked card.
SELECT
    line.row_key,
    line.name,
    payee.name AS payee_name,
    line.payee_id <> line.beneficiary_id AS payee_is_other,
    bank.name AS bank_name,
    card.tail,
    coalesce(village.name, '') AS village,
    line.group_no,
    line.quantity,
    line.rate_fen,
    line.amount_fen,
    count(*) OVER () AS whole
FROM rosters_effectiveline AS line
INNER JOIN registry_person AS payee ON line.payee_id = payee.id
INNER JOIN registry_card AS card ON line.card_id = card.id
INNER JOIN registry_bank AS bank ON card.bank_id = bank.id
LEFT JOIN core_area AS village ON line.village_code = village.code
WHERE line.roster_id = %(roster)s
ORDER BY line.row_key COLLATE "C"
LIMIT %(rows_max)s OFFSET %(rows_before)s
