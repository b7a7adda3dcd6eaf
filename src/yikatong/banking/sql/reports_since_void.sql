-- The reports that were applied to an instruction's request since it became void, and of which not every line became a
-- result.
SELECT DISTINCT applied.report_id
FROM banking_paymentinstruction AS sent
INNER JOIN banking_instructionevent AS gone ON sent.id = gone.instruction_id AND gone.kind = 'void'
INNER JOIN payments_appliedreport AS applied ON sent.request_id = applied.request_id
WHERE
    sent.id = %(instruction_id)s AND gone.recorded_at <= applied.recorded_at
    AND applied.same_count + applied.exception_count > 0
ORDER BY applied.report_id
