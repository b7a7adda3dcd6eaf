-- 每份退回财政的笔数、金额、指纹与明细一致；批准了的都已记账，失败的钱不会又重发又退回
SELECT
    'refund:' || refund.no AS subject,
    concat_ws(' ', lines.count, lines.total_fen, payments_refund_digest(refund.id)) AS expected,
    concat_ws(' ', refund.count, refund.total_fen, refund.digest, moved.amount_fen) AS found
FROM payments_refund AS refund
CROSS JOIN
    LATERAL (
        SELECT
            count(*) AS count,
            coalesce(sum(line.amount_fen), 0)::bigint AS total_fen,
            count(claim.outcome_id) AS claim_count,
            count(outcome.id) AS outcome_count,
            count(receipt.id) AS receipt_count
        FROM payments_refundline AS line
        LEFT JOIN payments_paymentoutcome AS outcome
            ON
                line.fiscal_year = outcome.fiscal_year AND line.outcome_id = outcome.id
                AND line.amount_fen = outcome.amount_fen AND outcome.result IN ('failed', 'returned')
        LEFT JOIN payments_recoveryreceipt AS receipt
            ON
                line.receipt_id = receipt.id AND line.amount_fen = receipt.amount_fen AND receipt.state = 'confirmed'
                AND NOT EXISTS (
                    SELECT 1 FROM payments_refundline AS other
                    INNER JOIN payments_refund AS other_refund ON other.refund_id = other_refund.id
                    WHERE
                        other.receipt_id = receipt.id AND other.id <> line.id
                        AND 'sent_back' NOT IN (refund.state, other_refund.state)
                )
        LEFT JOIN payments_outcomeclaim AS claim
            ON
                line.fiscal_year = claim.fiscal_year AND line.outcome_id = claim.outcome_id
                AND line.refund_id = claim.refund_id
        WHERE line.refund_id = refund.id
    ) AS lines
LEFT JOIN ledger_transfer AS moved ON moved.key = 'refund:' || refund.id
WHERE
    (lines.count, lines.total_fen, lines.outcome_count + lines.receipt_count)
    IS DISTINCT FROM (refund.count, refund.total_fen, refund.count)
    OR payments_refund_digest(refund.id) IS DISTINCT FROM refund.digest
    OR (refund.state IN ('prepared', 'approved') AND lines.claim_count <> lines.outcome_count)
    OR (refund.state = 'approved') <> (moved.amount_fen IS NOT DISTINCT FROM refund.total_fen)
