-- A page of what others decided on what an official has had in hand or watches, newest first, and how many there are.
SELECT
    decision.id,
    count(*) OVER () AS whole
FROM core_decision AS decision
WHERE
    decision.official_id <> %(official)s
    AND (decision.flow, decision.subject_id) IN (
        SELECT
            own.flow,
            own.subject_id
        FROM core_decision AS own
        WHERE own.official_id = %(official)s
        UNION
        SELECT
            watch.flow,
            watch.subject_id
        FROM site_watch AS watch
        WHERE watch.official_id = %(official)s
    )
ORDER BY decision.id DESC
LIMIT %(rows_max)s OFFSET %(rows_before)s
