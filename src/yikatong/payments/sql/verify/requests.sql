-- 每份发放申请的笔数、金额、指纹与发放明细一致
SELECT
    'payment_request:' || request.no AS subject,
    concat_ws(' ', paid.line_count, paid.line_fen, paid.digest) AS expected,
    concat_ws(' ', request.count, request.total_fen, request.digest) AS found
FROM payments_paymentrequest AS request
INNER JOIN batches_paymentbatch AS batch ON request.batch_id = batch.id
CROSS JOIN LATERAL payments_figures(request.id) AS paid
WHERE
    (paid.line_count, paid.line_fen) IS DISTINCT FROM (request.count, request.total_fen)
    OR paid.digest IS DISTINCT FROM request.digest
    OR (request.kind = 'first' AND (request.count, request.total_fen) IS DISTINCT FROM (batch.count, batch.total_fen))
