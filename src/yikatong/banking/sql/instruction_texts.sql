-- The texts of a run of payments that a bank's encoding may not carry, in the order of the file. Nothing is opened.
SELECT
    payment.end_to_end_id,
    payee.name AS creditor_name,
    bank.name AS bank_name,
    program.name || ' ' || cycle.label AS remittance
FROM payments_payment AS payment
INNER JOIN payments_paymentrequest AS request ON payment.request_id = request.id
INNER JOIN batches_paymentbatch AS batch ON request.batch_id = batch.id
INNER JOIN catalog_cycle AS cycle ON batch.cycle_id = cycle.id
INNER JOIN catalog_program AS program ON cycle.program_id = program.id
INNER JOIN registry_person AS payee ON payment.payee_id = payee.id
INNER JOIN registry_card AS card ON payment.card_id = card.id
INNER JOIN registry_bank AS bank ON card.bank_id = bank.id
WHERE
    payment.request_id = %(request_id)s
    AND payment.fiscal_year = %(fiscal_year)s
    AND payment.id BETWEEN %(first_id)s AND %(last_id)s
ORDER BY payment.id
