-- Who signed the very digests of the batch and of the request behind an instruction, in which appointment, and when.
SELECT
    decision.flow,
    decision.verb AS step,
    official.name AS official,
    appointment.role AS appointment,
    agency.name AS agency,
    decision.digest,
    decision.business_at AS at
FROM banking_paymentinstruction AS instruction
INNER JOIN payments_paymentrequest AS request ON instruction.request_id = request.id
INNER JOIN batches_paymentbatch AS batch ON request.batch_id = batch.id
INNER JOIN core_decision AS decision
    ON
        (decision.flow = 'payment_batch' AND batch.id = decision.subject_id AND batch.digest = decision.digest)
        OR (decision.flow = 'payment_request' AND request.id = decision.subject_id AND request.digest = decision.digest)
INNER JOIN core_official AS official ON decision.official_id = official.id
INNER JOIN core_appointment AS appointment ON decision.appointment_id = appointment.id
INNER JOIN core_agency AS agency ON appointment.agency_id = agency.id
WHERE
    instruction.id = %(instruction_id)s
    AND decision.verb <> 'send_back'
ORDER BY decision.id
