-- What sealing needs to know of a payment request.
SELECT
    request.area_code,
    request.agency_id,
    agency.name AS agency_name,
    request.fiscal_year
FROM payments_paymentrequest AS request
INNER JOIN core_agency AS agency ON request.agency_id = agency.id
WHERE request.id = %(request_id)s
