-- 关闭的发放申请：每笔都有结果，到账的笔数和金额等于银行对账单
SELECT
    'payment_request:' || request.no AS subject,
    'line results equal the statement' AS expected,
    payments_unmatched(request.id) AS found
FROM payments_paymentrequest AS request
WHERE request.state = 'closed' AND payments_unmatched(request.id) IS NOT NULL
