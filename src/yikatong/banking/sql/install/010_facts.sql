-- What no role can do to instructions, reports and statements, whoever writes them.
SELECT core_append_only('banking_paymentinstruction');

SELECT core_append_only('banking_instructionevent');

SELECT core_append_only('banking_bankreport');

SELECT core_append_only('banking_bankstatement');

SELECT core_append_only('banking_statementline');

SELECT core_begin_in('banking_break', 'raised');

-- Where each instruction stands: its latest event.
CREATE OR REPLACE VIEW banking_instructionstate AS
SELECT DISTINCT ON (event.instruction_id)
    event.instruction_id,
    event.kind,
    event.sequence,
    event.note,
    event.happened_at
FROM banking_instructionevent AS event
ORDER BY event.instruction_id ASC, event.sequence DESC;

-- Covers the payments of a run as the database holds them, in the order of the file.
CREATE OR REPLACE FUNCTION banking_lines_digest(
    request bigint, year smallint, first_payment bigint, last_payment bigint
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
        concat_ws('|', payment.end_to_end_id, payment.payee_id, payment.card_id, payment.amount_fen), 'UTF8'
    )), '' ORDER BY payment.id), '')), 'hex')
    FROM payments_payment AS payment
    WHERE payment.request_id = request AND payment.fiscal_year = year
        AND payment.id BETWEEN first_payment AND last_payment
$$;

-- What the audit chain keeps of an instruction, so that verify finds any change of it.
CREATE OR REPLACE FUNCTION banking_instruction_detail(instruction banking_paymentinstruction) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT to_jsonb(instruction) - 'recorded_at' - 'sealed_at' - 'not_after'
$$;
