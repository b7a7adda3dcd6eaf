-- 每份对平关闭的申请：到账的每一笔在对账单上有且只有一笔同额付款
-- Whole tables, joined by hashing.
SELECT
    'payment_request:' || request.no AS subject,
    request.credited_count || ' / ' || request.credited_fen AS expected,
    coalesce(booked.debit_count, 0) || ' / ' || coalesce(booked.debit_fen, 0)
    || coalesce('，对不上 ' || nullif(booked.odd_count, 0), '') AS found
FROM (
    SELECT
        subject.id,
        subject.no,
        count(outcome.id) AS credited_count,
        coalesce(sum(outcome.amount_fen), 0)::bigint AS credited_fen
    FROM payments_paymentrequest AS subject
    LEFT JOIN payments_appliedreport AS applied ON subject.id = applied.request_id
    LEFT JOIN payments_paymentoutcome AS outcome
        ON applied.id = outcome.applied_report_id AND outcome.sequence = 1 AND outcome.result = 'credited'
    -- Of what was accepted the statement names an earlier attempt: a check of its own.
    WHERE subject.state = 'closed' AND subject.kind <> 'accepted'
    GROUP BY subject.id
) AS request
LEFT JOIN (
    SELECT
        coalesce(payment.request_id, sent.request_id) AS request_id,
        count(*) AS debit_count,
        sum(line.amount_fen)::bigint AS debit_fen,
        count(*) FILTER (
            WHERE answer.id IS NULL OR answer.amount_fen <> line.amount_fen
        ) AS odd_count
    FROM banking_statementline AS line
    LEFT JOIN payments_payment AS payment ON line.end_to_end_id = payment.end_to_end_id
    LEFT JOIN banking_paymentinstruction AS sent ON line.message_id = sent.message_id
    LEFT JOIN payments_paymentoutcome AS answer
        ON
            payment.fiscal_year = answer.fiscal_year
            AND payment.id = answer.payment_id
            AND answer.sequence = 1 AND answer.result = 'credited'
    LEFT JOIN banking_instructionstate AS stands ON sent.id = stands.instruction_id
    -- What a bank paid of a void file is a break of its own, which two people settled before anything closed.
    WHERE
        line.side = 'debit' AND coalesce(stands.kind, '') <> 'void'
        AND NOT EXISTS (
            SELECT 1 FROM banking_acceptedline AS accepted
            WHERE accepted.statement_id = line.statement_id AND accepted.line_no = line.line_no
        )
    GROUP BY coalesce(payment.request_id, sent.request_id)
) AS booked ON request.id = booked.request_id
WHERE
    (request.credited_count, request.credited_fen) IS DISTINCT FROM
    (coalesce(booked.debit_count, 0), coalesce(booked.debit_fen, 0))
    OR booked.odd_count > 0
