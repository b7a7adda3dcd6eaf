-- The balance proof: per batch, what lies where. One row a case; money not yet planned has the case ''.
SELECT
    account.program_code,
    account.county_code,
    account.fiscal_year,
    account.case_no,
    coalesce(sum(balance.out_fen - balance.in_fen) FILTER (WHERE account.kind = 'source'), 0)::bigint AS allotted_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'available'), 0)::bigint
        AS available_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'planned'), 0)::bigint AS planned_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'drawn'), 0)::bigint AS drawn_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'in_transit'), 0)::bigint
        AS in_transit_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'credited'), 0)::bigint
        AS credited_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'suspense'), 0)::bigint
        AS suspense_fen,
    coalesce(sum(balance.in_fen - balance.out_fen) FILTER (WHERE account.kind = 'treasury'), 0)::bigint
        AS treasury_fen
FROM ledger_account AS account
INNER JOIN ledger_balance AS balance ON account.id = balance.account_id
GROUP BY account.program_code, account.county_code, account.fiscal_year, account.case_no
ORDER BY account.program_code, account.fiscal_year, account.case_no
