-- 关闭的发放申请：每笔都有结果，到账的笔数和金额等于银行对账单，没有未了结的不符
SELECT
    'payment_request:' || request.no AS subject,
    'closed with nothing open' AS expected,
    payments_close_objection(request.id) AS found
FROM payments_paymentrequest AS request
WHERE request.state = 'closed' AND payments_close_objection(request.id) IS NOT NULL
    AND NOT EXISTS (
        -- An answer that came in after the closing is open until somebody has looked.
        SELECT 1 FROM payments_paymentexception AS problem
        WHERE problem.state <> 'resolved' AND (
            problem.request_id = request.id OR EXISTS (
                SELECT 1 FROM payments_payment AS payment
                WHERE payment.fiscal_year = problem.fiscal_year AND payment.id = problem.payment_id
                    AND payment.request_id = request.id
            )
        )
    )
