-- What a manifest says of the request and the batch behind an instruction.
SELECT
    agency.name AS agency_name,
    request.area_code,
    request.no AS request_no,
    batch.no AS batch_no,
    batch.digest AS batch_digest
FROM banking_paymentinstruction AS instruction
INNER JOIN payments_paymentrequest AS request ON instruction.request_id = request.id
INNER JOIN batches_paymentbatch AS batch ON request.batch_id = batch.id
INNER JOIN core_agency AS agency ON request.agency_id = agency.id
WHERE instruction.id = %(instruction_id)s
