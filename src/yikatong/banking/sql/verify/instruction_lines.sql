-- 每份指令的笔数、金额和明细指纹等于它的发放明细，一份申请的指令合起来等于申请
SELECT
    'instruction:' || instruction.message_id AS subject,
    paid.line_count || ' / ' || paid.line_fen || ' / '
    || banking_lines_digest(
        instruction.request_id, instruction.fiscal_year, instruction.first_payment_id, instruction.last_payment_id
    ) AS expected,
    instruction.count || ' / ' || instruction.total_fen || ' / ' || instruction.lines_digest AS found
FROM banking_paymentinstruction AS instruction
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS line_count,
            coalesce(sum(payment.amount_fen), 0)::bigint AS line_fen
        FROM payments_payment AS payment
        WHERE
            payment.request_id = instruction.request_id AND payment.fiscal_year = instruction.fiscal_year
            AND payment.id BETWEEN instruction.first_payment_id AND instruction.last_payment_id
    ) AS paid
WHERE
    (paid.line_count, paid.line_fen) IS DISTINCT FROM (instruction.count, instruction.total_fen)
    OR NOT banking_lines_hold(instruction)
UNION ALL
SELECT
    'payment_request:' || request.no AS subject,
    request.count || ' / ' || request.total_fen AS expected,
    sum(instruction.count) || ' / ' || sum(instruction.total_fen) AS found
FROM payments_paymentrequest AS request
INNER JOIN banking_paymentinstruction AS instruction ON request.id = instruction.request_id
INNER JOIN banking_instructionstate AS stands ON instruction.id = stands.instruction_id AND stands.kind <> 'void'
GROUP BY request.id
HAVING
    bool_or(stands.kind <> 'sealed')
    AND (sum(instruction.count), sum(instruction.total_fen)) IS DISTINCT FROM
    (request.count::numeric, request.total_fen::numeric)
