-- What was staged of a report is no longer needed once it is applied.
WITH outcome AS (
    DELETE FROM banking_reportrow
    WHERE report_id = %(report_id)s
),

named AS (
    DELETE FROM banking_namerow
    WHERE report_id = %(report_id)s
)

DELETE FROM banking_statementrow
WHERE report_id = %(report_id)s
