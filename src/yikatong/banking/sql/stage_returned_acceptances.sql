-- A return names the attempt that the bank had booked, and no booking of it. Where that booking was accepted as a
-- payment it is the return of that payment, unless the statements had shown, before it was accepted, a return of that
-- day: then it tells of that one, which was looked at already. What cannot be matched so stays what it is, for people
-- to look at.
UPDATE payments_reportedline AS staged
SET
    request_id = accepted.request_id,
    end_to_end_id = accepted.end_to_end_id,
    of_void = FALSE
FROM (
    SELECT DISTINCT ON (one.booked_id)
        one.*,
        array(
            SELECT back.booked_on FROM banking_statementline AS back
            INNER JOIN banking_bankstatement AS statement ON back.statement_id = statement.id
            WHERE
                back.end_to_end_id = one.booked_id AND back.side = 'credit'
                AND statement.recorded_at < one.recorded_at
        ) AS returned_on
    FROM banking_acceptedline AS one
    ORDER BY one.booked_id ASC, one.payment_id DESC
) AS accepted
WHERE
    staged.report_id = %(report_id)s
    AND staged.result = 'returned'
    AND staged.end_to_end_id = accepted.booked_id
    AND coalesce(NOT staged.booked_on = any(accepted.returned_on), cardinality(accepted.returned_on) = 0)
