-- The first and the last end-to-end id of a run of payments, in the order of the file.
SELECT
    (
        SELECT payment.end_to_end_id FROM payments_payment AS payment
        WHERE payment.fiscal_year = %(fiscal_year)s AND payment.id = %(first_id)s
    ) AS first_end_to_end_id,
    (
        SELECT payment.end_to_end_id FROM payments_payment AS payment
        WHERE payment.fiscal_year = %(fiscal_year)s AND payment.id = %(last_id)s
    ) AS last_end_to_end_id
