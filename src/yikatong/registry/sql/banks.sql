-- Banks with the prefix of their cards, as the row checker wants them.
SELECT
    bank.name AS bank_name,
    bank.code AS bank_code,
    bank.prefix AS card_prefix
FROM registry_bank AS bank
ORDER BY bank.code
