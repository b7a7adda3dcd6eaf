-- A statement's own figures, in fen; what its lines leave unexplained between its balances.
SELECT
    %(account)s::text AS account,
    to_char(statement.day, 'YYYY-MM-DD') AS day,
    statement.opening_fen,
    statement.closing_fen,
    statement.debit_count,
    statement.debit_fen,
    statement.credit_count,
    statement.credit_fen,
    statement.closing_fen - (statement.opening_fen + statement.credit_fen - statement.debit_fen) AS gap_fen
FROM banking_bankstatement AS statement
WHERE statement.id = %(statement_id)s
