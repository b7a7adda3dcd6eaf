-- Each file that was sealed in a span of days: what it orders, and what ledger, bank and statement say of it, over all
-- days.
SELECT
    sent.id AS instruction_id,
    sent.message_id,
    sent.sealed_at,
    sent.count AS line_count,
    sent.total_fen AS line_fen,
    agency.name AS agency_name,
    provider.name AS provider_name,
    stands.kind AS stands,
    coalesce(told.failed_count, 0) AS failed_count,
    coalesce(told.failed_fen, 0) AS failed_fen,
    coalesce(told.credited_count, 0) AS reported_count,
    coalesce(told.credited_fen, 0) AS reported_fen,
    coalesce(told.posted_count, 0) AS posted_count,
    coalesce(told.posted_fen, 0) AS posted_fen,
    coalesce(booked.booked_count, 0) AS booked_count,
    coalesce(booked.booked_fen, 0) AS booked_fen,
    coalesce(told.returned_count, 0) AS returned_count,
    coalesce(told.returned_fen, 0) AS returned_fen
FROM banking_paymentinstruction AS sent
INNER JOIN banking_serviceagreement AS terms ON sent.agreement_id = terms.id
INNER JOIN banking_paymentprovider AS provider ON terms.provider_id = provider.id
INNER JOIN core_agency AS agency ON terms.agency_id = agency.id
INNER JOIN banking_account AS place ON sent.agreement_id = place.agreement_id
INNER JOIN banking_instructionstate AS stands ON sent.id = stands.instruction_id
LEFT JOIN LATERAL (
    SELECT
        sum(total.count) FILTER (WHERE total.result = 'failed')::bigint AS failed_count,
        sum(total.total_fen) FILTER (WHERE total.result = 'failed')::bigint AS failed_fen,
        sum(total.count) FILTER (WHERE total.result = 'credited')::bigint AS credited_count,
        sum(total.total_fen) FILTER (WHERE total.result = 'credited')::bigint AS credited_fen,
        sum(total.count) FILTER (WHERE total.result = 'returned')::bigint AS returned_count,
        sum(total.total_fen) FILTER (WHERE total.result = 'returned')::bigint AS returned_fen,
        sum(total.count) FILTER (WHERE total.result = 'credited' AND total.is_posted)::bigint AS posted_count,
        sum(total.total_fen) FILTER (WHERE total.result = 'credited' AND total.is_posted)::bigint AS posted_fen
    FROM banking_postedtotal AS total
    WHERE total.instruction_id = sent.id
) AS told ON TRUE
LEFT JOIN LATERAL (
    SELECT
        sum(total.count)::bigint AS booked_count,
        sum(total.total_fen)::bigint AS booked_fen
    FROM banking_bookedtotal AS total
    WHERE total.instruction_id = sent.id AND total.kind = 'payment'
) AS booked ON TRUE
WHERE
    place.account_id = any(%(agreements)s)
    AND sent.sealed_at >= %(since)s
    AND sent.sealed_at < %(until)s
    AND stands.kind <> 'void'
ORDER BY sent.id DESC
