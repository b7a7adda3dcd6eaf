-- The four books by account and day, by file too if asked: our lines, the ledger, the bank's results, its statement.
-- What is read are the totals of the days asked for, not the lines. ``movement`` is payment or return.
WITH reported AS (
    SELECT
        total.agreement_id,
        total.booked_on AS day,
        part.instruction_id,
        part.movement,
        sum(total.count)::bigint AS reported_count,
        sum(total.total_fen)::bigint AS reported_fen,
        sum(total.line_fen)::bigint AS line_fen,
        coalesce(sum(total.count) FILTER (WHERE total.is_posted), 0)::bigint AS posted_count,
        coalesce(sum(total.total_fen) FILTER (WHERE total.is_posted), 0)::bigint AS posted_fen
    FROM banking_postedtotal AS total
    CROSS JOIN
        LATERAL (
            SELECT
                CASE WHEN %(by_file)s THEN total.instruction_id END AS instruction_id,
                CASE total.result WHEN 'returned' THEN 'return' ELSE 'payment' END AS movement
        ) AS part
    WHERE
        total.agreement_id = any(%(agreements)s)
        AND total.booked_on BETWEEN %(since)s AND %(until)s
        AND total.result IN ('credited', 'returned')
    GROUP BY total.agreement_id, total.booked_on, part.instruction_id, part.movement
),

booked AS (
    SELECT
        statement.agreement_id,
        statement.day,
        part.instruction_id,
        total.kind AS movement,
        sum(total.count)::bigint AS booked_count,
        sum(total.total_fen)::bigint AS booked_fen
    FROM banking_bankstatement AS statement
    INNER JOIN banking_bookedtotal AS total ON statement.id = total.statement_id
    CROSS JOIN
        LATERAL (
            SELECT CASE WHEN %(by_file)s THEN total.instruction_id END AS instruction_id
        ) AS part
    WHERE
        statement.agreement_id = any(%(agreements)s)
        AND statement.day BETWEEN %(since)s AND %(until)s
        AND total.kind <> 'other_credit'
    GROUP BY statement.agreement_id, statement.day, part.instruction_id, total.kind
),

paired AS (
    SELECT
        coalesce(reported.agreement_id, booked.agreement_id) AS agreement_id,
        coalesce(reported.day, booked.day) AS day,
        coalesce(reported.instruction_id, booked.instruction_id) AS instruction_id,
        coalesce(reported.movement, booked.movement) AS movement,
        coalesce(reported.reported_count, 0) AS line_count,
        coalesce(reported.line_fen, 0) AS line_fen,
        coalesce(reported.posted_count, 0) AS posted_count,
        coalesce(reported.posted_fen, 0) AS posted_fen,
        coalesce(reported.reported_count, 0) AS reported_count,
        coalesce(reported.reported_fen, 0) AS reported_fen,
        coalesce(booked.booked_count, 0) AS booked_count,
        coalesce(booked.booked_fen, 0) AS booked_fen
    FROM reported
    FULL JOIN booked
        ON
            reported.agreement_id = booked.agreement_id
            AND reported.day = booked.day
            AND reported.movement = booked.movement
            AND coalesce(reported.instruction_id, 0) = coalesce(booked.instruction_id, 0)
)

SELECT
    paired.*,
    agency.name AS agency_name,
    provider.name AS provider_name,
    sent.message_id,
    statement.id AS statement_id,
    coalesce(breaks.total_count, 0) AS break_count,
    coalesce(breaks.raised_count, 0) AS raised_count
FROM paired
INNER JOIN banking_serviceagreement AS terms ON paired.agreement_id = terms.id
INNER JOIN banking_paymentprovider AS provider ON terms.provider_id = provider.id
INNER JOIN core_agency AS agency ON terms.agency_id = agency.id
LEFT JOIN banking_paymentinstruction AS sent ON paired.instruction_id = sent.id
LEFT JOIN banking_bankstatement AS statement
    ON paired.agreement_id = statement.agreement_id AND paired.day = statement.day
LEFT JOIN (
    SELECT
        one.agreement_id,
        one.day,
        count(*) AS total_count,
        count(*) FILTER (WHERE one.state = 'raised') AS raised_count
    FROM banking_break AS one
    WHERE one.agreement_id = any(%(agreements)s) AND one.day BETWEEN %(since)s AND %(until)s
    GROUP BY one.agreement_id, one.day
) AS breaks ON paired.agreement_id = breaks.agreement_id AND paired.day = breaks.day
ORDER BY
    paired.day DESC, agency.name ASC, paired.agreement_id ASC, paired.movement ASC, sent.message_id ASC NULLS LAST
