-- What a report said is covered by a digest of its own, which the audit chain keeps.

-- Hash of the outcomes of an applied report with ids from ``no`` * 1,024 on, as batches_block does it.
CREATE OR REPLACE FUNCTION payments_outcome_block(year smallint, applied bigint, no bigint) RETURNS bytea
LANGUAGE sql STABLE PARALLEL SAFE COST 10000 SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
    SELECT sha256(convert_to(string_agg(concat_ws(
        '|', outcome.fiscal_year, outcome.id, outcome.payment_id, outcome.request_id, outcome.sequence,
        outcome.result, outcome.amount_fen, outcome.booked_on, extract(EPOCH FROM outcome.reported_at),
        length(outcome.reason_code), outcome.reason_code, length(outcome.action), outcome.action,
        length(outcome.reason_words), outcome.reason_words, length(outcome.bank_reference),
        outcome.bank_reference
    ), E'\n' ORDER BY outcome.id), 'UTF8'))
    FROM (
        SELECT one.* FROM payments_paymentoutcome AS one
        WHERE one.fiscal_year = year AND one.id BETWEEN no << 10 AND (no << 10) + 1023
        ORDER BY one.id OFFSET 0
    ) AS outcome
    WHERE outcome.applied_report_id = applied
$$;

-- All blocks of an applied report, in two lanes: PostgreSQL gives each a processor when they are many.
CREATE OR REPLACE FUNCTION payments_outcome_blocks(
    year smallint, applied bigint, first_id bigint, last_id bigint
) RETURNS TABLE (block_hashes bytea)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(string_agg(block.hash, ''::bytea ORDER BY block.no), ''::bytea)
    FROM (
        SELECT no, payments_outcome_block(year, applied, no) AS hash
        FROM generate_series(first_id >> 10, last_id >> 10, 2) AS no
        UNION ALL
        SELECT no, payments_outcome_block(year, applied, no) AS hash
        FROM generate_series((first_id >> 10) + 1, last_id >> 10, 2) AS no
    ) AS block
$$;

-- Covers everything that the outcomes of one applied report say, so that none of them can be altered unnoticed: SHA-256
-- over the hashes of blocks of 1,024 outcomes in the order of their ids, which lie together.
CREATE OR REPLACE FUNCTION payments_outcomes_digest(applied bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(lines.block_hashes), 'hex')
    FROM payments_appliedreport AS report
    INNER JOIN payments_paymentrequest AS request ON request.id = report.request_id
    CROSS JOIN LATERAL (
        SELECT min(own.id) AS first_id, max(own.id) AS last_id
        FROM (
            SELECT one.id FROM payments_paymentoutcome AS one
            WHERE one.fiscal_year = request.fiscal_year AND one.applied_report_id = report.id
            ORDER BY one.applied_report_id OFFSET 0
        ) AS own
    ) AS bounds
    CROSS JOIN LATERAL payments_outcome_blocks(request.fiscal_year, report.id, bounds.first_id, bounds.last_id) AS lines
    WHERE report.id = applied
$$;
