-- Lays the lines of one report down for payments: whose request they are, and the payment's own amount where the bank
-- does not repeat it. Lines that belong to no request of ours stay behind, and so do those of a request that went to
-- another bank or is paid from another account than the report speaks for (C07). Most lines name their instruction
-- and repeat the amount, so no payment is looked for; the others are looked up one by one (LIMIT keeps that from
-- becoming a join of everything with everything) by their number, which is unique, in the years that were ever
-- instructed.
WITH instruction AS MATERIALIZED (
    SELECT
        one.message_id,
        one.request_id,
        latest.kind AS stands,
        banking_took_place(one) AS took_place
    FROM banking_paymentinstruction AS one
    INNER JOIN LATERAL (
        SELECT event.kind FROM banking_instructionevent AS event
        WHERE event.instruction_id = one.id
        ORDER BY event.sequence DESC LIMIT 1
    ) AS latest ON TRUE
    WHERE
        one.provider_id = %(provider_id)s
        AND one.request_id IN (SELECT banking_spoken_of(%(provider_id)s, %(accounts)s::bigint[]))
        AND one.message_id IN (
            SELECT told.message_id FROM banking_reportrow AS told
            WHERE told.report_id = %(report_id)s
        )
)

INSERT INTO payments_reportedline (
    report_id, request_id, line_no, end_to_end_id, result, reason_code, action, reason_words, amount_fen,
    bank_reference, booked_on, of_void, repeats_void, card_mark
)
SELECT
    line.report_id,
    instruction.request_id,
    line.line_no,
    line.end_to_end_id,
    line.result,
    line.reason_code,
    line.action,
    line.reason_words,
    line.amount_fen,
    line.bank_reference,
    line.booked_on,
    instruction.stands = 'void' AS of_void,
    line.is_repeat AND instruction.took_place AS repeats_void,
    line.card_mark
FROM banking_reportrow AS line
INNER JOIN instruction ON line.message_id = instruction.message_id
WHERE line.report_id = %(report_id)s AND line.amount_fen IS NOT NULL
UNION ALL
SELECT
    line.report_id,
    coalesce(line.request_id, payment.request_id) AS request_id,
    line.line_no,
    line.end_to_end_id,
    line.result,
    line.reason_code,
    line.action,
    line.reason_words,
    coalesce(line.amount_fen, own.amount_fen, payment.amount_fen, 0) AS amount_fen,
    line.bank_reference,
    line.booked_on,
    line.of_void,
    line.repeats_void,
    line.card_mark
FROM (
    SELECT
        told.*,
        instruction.request_id,
        coalesce(instruction.stands = 'void', FALSE) AS of_void,
        told.is_repeat AND coalesce(instruction.took_place, FALSE) AS repeats_void
    FROM banking_reportrow AS told
    LEFT JOIN instruction ON told.message_id = instruction.message_id
    WHERE told.report_id = %(report_id)s AND (instruction.request_id IS NULL OR told.amount_fen IS NULL)
) AS line
LEFT JOIN LATERAL (
    SELECT
        named.id,
        named.amount_fen
    FROM payments_payment AS named
    WHERE
        named.end_to_end_id = line.end_to_end_id
        AND named.fiscal_year = any(%(years)s::smallint[])
        AND named.request_id = line.request_id
    ORDER BY named.end_to_end_id LIMIT 1
) AS own ON TRUE
LEFT JOIN LATERAL (
    SELECT
        named.request_id,
        named.amount_fen
    FROM payments_payment AS named
    WHERE
        own.id IS NULL
        AND named.end_to_end_id = line.end_to_end_id
        AND named.fiscal_year = any(%(years)s::smallint[])
    ORDER BY named.end_to_end_id LIMIT 1
) AS payment ON TRUE
WHERE
    line.request_id IS NOT NULL
    OR payment.request_id IN (SELECT banking_spoken_of(%(provider_id)s, %(accounts)s::bigint[]))
