-- Per bank and month: what was sent then and what became of it, from facts alone and from totals a file, never from
-- lines. Days are whole days of Asia/Shanghai from the first sending. Medians are over payments, not over files.
WITH sent AS (
    SELECT
        event.instruction_id,
        (min(event.happened_at) AT TIME ZONE 'Asia/Shanghai')::date AS sent_on
    FROM banking_instructionevent AS event
    WHERE event.kind = 'sending'
    GROUP BY event.instruction_id
    HAVING
        (min(event.happened_at) AT TIME ZONE 'Asia/Shanghai')::date >= %(since)s
        AND (min(event.happened_at) AT TIME ZONE 'Asia/Shanghai')::date < %(until)s
),

file AS (
    SELECT
        instruction.id,
        instruction.provider_id,
        instruction.count,
        instruction.total_fen,
        sent.sent_on,
        date_trunc('month', sent.sent_on)::date AS month,
        terms.pay_within_days,
        terms.report_within_days
    FROM sent
    INNER JOIN banking_paymentinstruction AS instruction ON sent.instruction_id = instruction.id
    INNER JOIN banking_serviceagreement AS terms ON instruction.agreement_id = terms.id
    WHERE instruction.provider_id = any(%(providers)s)
),

told AS (
    SELECT
        file.provider_id,
        file.month,
        total.result,
        total.count,
        total.booked_on - file.sent_on AS pay_days,
        (applied.applied_at AT TIME ZONE 'Asia/Shanghai')::date - file.sent_on AS report_days,
        file.pay_within_days,
        file.report_within_days
    FROM file
    INNER JOIN banking_reportedtotal AS total ON file.id = total.instruction_id
    INNER JOIN payments_appliedreport AS applied ON total.applied_report_id = applied.id
),

paid AS (
    SELECT
        told.provider_id,
        told.month,
        told.pay_days,
        sum(sum(told.count)) OVER (PARTITION BY told.provider_id, told.month ORDER BY told.pay_days) AS up_to,
        sum(sum(told.count)) OVER (PARTITION BY told.provider_id, told.month) AS whole
    FROM told
    WHERE told.result = 'credited'
    GROUP BY told.provider_id, told.month, told.pay_days
),

answered AS (
    SELECT
        told.provider_id,
        told.month,
        told.report_days,
        sum(sum(told.count)) OVER (PARTITION BY told.provider_id, told.month ORDER BY told.report_days) AS up_to,
        sum(sum(told.count)) OVER (PARTITION BY told.provider_id, told.month) AS whole
    FROM told
    WHERE told.result IN ('credited', 'failed')
    GROUP BY told.provider_id, told.month, told.report_days
),

outcome AS (
    SELECT
        told.provider_id,
        told.month,
        coalesce(sum(told.count) FILTER (WHERE told.result = 'credited'), 0)::bigint AS credited_count,
        coalesce(sum(told.count) FILTER (WHERE told.result = 'failed'), 0)::bigint AS failed_count,
        coalesce(sum(told.count) FILTER (WHERE told.result = 'returned'), 0)::bigint AS returned_count,
        coalesce(sum(told.count) FILTER (
            WHERE told.result = 'credited' AND told.pay_within_days IS NOT NULL
        ), 0)::bigint AS pay_agreed_count,
        coalesce(sum(told.count) FILTER (
            WHERE told.result = 'credited' AND told.pay_days <= told.pay_within_days
        ), 0)::bigint AS pay_kept_count,
        coalesce(sum(told.count) FILTER (
            WHERE told.result <> 'returned' AND told.report_within_days IS NOT NULL
        ), 0)::bigint AS report_agreed_count,
        coalesce(sum(told.count) FILTER (
            WHERE told.result <> 'returned' AND told.report_days <= told.report_within_days
        ), 0)::bigint AS report_kept_count
    FROM told
    GROUP BY told.provider_id, told.month
),

whole AS (
    SELECT
        file.provider_id,
        file.month,
        count(*) AS file_count,
        sum(file.count)::bigint AS line_count,
        sum(file.total_fen)::bigint AS line_fen
    FROM file
    GROUP BY file.provider_id, file.month
),

-- Days of bookings and their statements: on time is by the end of the next day (T+1).
stated AS (
    SELECT
        terms.provider_id,
        day.month,
        count(*) FILTER (WHERE statement.id IS NULL) AS missing_count,
        count(*) FILTER (
            WHERE (report.received_at AT TIME ZONE 'Asia/Shanghai')::date > day.booked_on + 1
        ) AS late_count
    FROM (
        SELECT DISTINCT
            total.agreement_id,
            total.booked_on,
            date_trunc('month', total.booked_on)::date AS month
        FROM banking_reportedtotal AS total
        WHERE
            total.booked_on >= %(since)s
            AND total.booked_on < least(%(until)s, %(today)s)
            AND total.result IN ('credited', 'returned')
    ) AS day
    INNER JOIN banking_serviceagreement AS terms ON day.agreement_id = terms.id
    LEFT JOIN banking_bankstatement AS statement
        ON day.agreement_id = statement.agreement_id AND day.booked_on = statement.day
    LEFT JOIN banking_bankreport AS report ON statement.report_id = report.id
    WHERE terms.provider_id = any(%(providers)s)
    GROUP BY terms.provider_id, day.month
),

differing AS (
    SELECT
        terms.provider_id,
        date_trunc('month', difference.day)::date AS month,
        count(*) AS break_count,
        count(*) FILTER (WHERE difference.state <> 'settled') AS break_open_count,
        max(coalesce(settled.settled_on, %(today)s) - (difference.found_at AT TIME ZONE 'Asia/Shanghai')::date)
            AS break_days_max
    FROM banking_break AS difference
    INNER JOIN banking_serviceagreement AS terms ON difference.agreement_id = terms.id
    LEFT JOIN LATERAL (
        SELECT (max(decision.business_at) AT TIME ZONE 'Asia/Shanghai')::date AS settled_on
        FROM core_decision AS decision
        WHERE decision.flow = 'break' AND decision.subject_id = difference.id AND decision.verb = 'settle'
    ) AS settled ON TRUE
    WHERE
        difference.owner = 'bank'
        AND difference.day >= %(since)s
        AND difference.day < %(until)s
        AND terms.provider_id = any(%(providers)s)
    GROUP BY terms.provider_id, date_trunc('month', difference.day)
),

complained AS (
    SELECT
        complaint.provider_id,
        date_trunc('month', complaint.happened_on)::date AS month,
        count(*) AS complaint_count,
        count(*) FILTER (WHERE complaint.kind = 'fee') AS fee_complaint_count,
        count(*) FILTER (WHERE complaint.state <> 'closed') AS complaint_open_count
    FROM banking_servicecomplaint AS complaint
    WHERE
        complaint.state <> 'drafted'
        AND complaint.happened_on >= %(since)s
        AND complaint.happened_on < %(until)s
        AND complaint.provider_id = any(%(providers)s)
    GROUP BY complaint.provider_id, date_trunc('month', complaint.happened_on)
)

SELECT
    provider.id AS provider_id,
    provider.name AS provider_name,
    calendar.month,
    coalesce(whole.file_count, 0) AS file_count,
    coalesce(whole.line_count, 0) AS line_count,
    coalesce(whole.line_fen, 0) AS line_fen,
    coalesce(outcome.credited_count, 0) AS credited_count,
    coalesce(outcome.failed_count, 0) AS failed_count,
    coalesce(outcome.returned_count, 0) AS returned_count,
    coalesce(outcome.pay_agreed_count, 0) AS pay_agreed_count,
    coalesce(outcome.pay_kept_count, 0) AS pay_kept_count,
    coalesce(outcome.report_agreed_count, 0) AS report_agreed_count,
    coalesce(outcome.report_kept_count, 0) AS report_kept_count,
    (
        SELECT min(paid.pay_days) FROM paid
        WHERE paid.provider_id = provider.id AND paid.month = calendar.month AND 2 * paid.up_to >= paid.whole
    ) AS pay_days_median,
    (
        SELECT min(answered.report_days) FROM answered
        WHERE
            answered.provider_id = provider.id
            AND answered.month = calendar.month
            AND 2 * answered.up_to >= answered.whole
    ) AS report_days_median,
    coalesce(stated.missing_count, 0) AS statement_missing_count,
    coalesce(stated.late_count, 0) AS statement_late_count,
    coalesce(differing.break_count, 0) AS break_count,
    coalesce(differing.break_open_count, 0) AS break_open_count,
    differing.break_days_max,
    coalesce(complained.complaint_count, 0) AS complaint_count,
    coalesce(complained.fee_complaint_count, 0) AS fee_complaint_count,
    coalesce(complained.complaint_open_count, 0) AS complaint_open_count
FROM banking_paymentprovider AS provider
CROSS JOIN (
    SELECT generate_series(%(since)s::date, %(until)s::date - 1, interval '1 month')::date AS month
) AS calendar
LEFT JOIN whole ON provider.id = whole.provider_id AND calendar.month = whole.month
LEFT JOIN outcome ON provider.id = outcome.provider_id AND calendar.month = outcome.month
LEFT JOIN stated ON provider.id = stated.provider_id AND calendar.month = stated.month
LEFT JOIN differing ON provider.id = differing.provider_id AND calendar.month = differing.month
LEFT JOIN complained ON provider.id = complained.provider_id AND calendar.month = complained.month
WHERE provider.id = any(%(providers)s)
ORDER BY provider.id, calendar.month
