-- Each piece of money in suspense with its person, for the list that is exported; the oldest first.
SELECT
    piece.case_no,
    program.name AS program_name,
    agency.name AS agency_name,
    coalesce(township.name, piece.township_code) AS township_name,
    coalesce(village.name, '') AS village_name,
    person.name,
    piece.amount_fen,
    piece.source,
    piece.cause,
    piece.reason,
    piece.reason_words,
    piece.booked_on,
    piece.due_on
FROM payments_suspense AS piece
INNER JOIN batches_paymentbatch AS batch ON piece.batch_id = batch.id
INNER JOIN catalog_program AS program ON batch.program_id = program.id
INNER JOIN core_agency AS agency ON piece.agency_id = agency.id
INNER JOIN registry_person AS person ON piece.payee_id = person.id
LEFT JOIN core_area AS township ON piece.township_code = township.code
LEFT JOIN core_area AS village ON person.village_code = village.code
WHERE piece.batch_id = any(%(batches)s) AND piece.left_at IS NULL
ORDER BY piece.booked_on, piece.source, piece.subject_id
