-- Staged cards that are already known under another holder or bank: the file is wrong, or fraud.
SELECT incoming.row_no
FROM registry_incomingcard AS incoming
INNER JOIN registry_card AS card ON incoming.number_index = card.number_index
INNER JOIN registry_bank AS bank ON card.bank_id = bank.id
WHERE
    incoming.load_key = %(load_key)s
    AND (card.holder_id_index <> incoming.holder_id_index OR bank.code <> incoming.bank_code)
ORDER BY incoming.row_no
