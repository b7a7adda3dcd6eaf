-- 钱只在同一项目、同一县、同一年度、同一批次的账户之间走；只有指标来源可以透支
SELECT
    moved.key AS subject,
    concat_ws(' ', source.program_code, source.county_code, source.fiscal_year, source.case_no) AS expected,
    concat_ws(' ', destination.program_code, destination.county_code, destination.fiscal_year, destination.case_no)
        AS found
FROM ledger_transfer AS moved
INNER JOIN ledger_account AS source ON moved.source_id = source.id
INNER JOIN ledger_account AS destination ON moved.destination_id = destination.id
WHERE
    (source.program_code, source.county_code, source.fiscal_year)
    <> (destination.program_code, destination.county_code, destination.fiscal_year)
    OR (source.case_no <> '' AND destination.case_no <> '' AND source.case_no <> destination.case_no)
UNION ALL
SELECT
    'account:' || account.id AS subject,
    (account.kind = 'source')::text AS expected,
    balance.may_overdraw::text AS found
FROM ledger_account AS account
INNER JOIN ledger_balance AS balance ON account.id = balance.account_id
WHERE balance.may_overdraw <> (account.kind = 'source')
