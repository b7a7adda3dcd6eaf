-- Numbers of instructions on a provider's statements since a moment that are none of ours.
SELECT DISTINCT line.message_id
FROM banking_bankstatement AS statement
INNER JOIN banking_bankreport AS report ON statement.report_id = report.id
INNER JOIN banking_statementline AS line ON statement.id = line.statement_id
WHERE
    report.provider_id = %(provider_id)s
    AND report.recorded_at >= %(since)s
    AND line.side = 'debit'
    AND line.message_id <> ''
    AND NOT EXISTS (
        SELECT 1 FROM banking_paymentinstruction AS sent
        WHERE sent.message_id = line.message_id
    )
ORDER BY line.message_id
