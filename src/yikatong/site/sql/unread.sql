-- How many messages and ended works are newer than what the official has read, up to a number that nobody counts past.
SELECT least(decisions.count + works.count, %(rows_max)s) AS unread
FROM (
    SELECT coalesce(max(mark.read_at), '-infinity') AS read_at
    FROM site_readmark AS mark
    WHERE mark.official_id = %(official)s
) AS seen
CROSS JOIN
    LATERAL (
        SELECT count(*) AS count
        FROM (
            SELECT decision.id
            FROM core_decision AS decision
            WHERE
                decision.business_at > seen.read_at
                AND decision.official_id <> %(official)s
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
            LIMIT %(rows_max)s
        ) AS newest
    ) AS decisions
CROSS JOIN LATERAL (
    SELECT count(*) AS count
    FROM core_taskrun AS run
    WHERE run.started_by_id = %(official)s AND run.ended_at > seen.read_at
) AS works
