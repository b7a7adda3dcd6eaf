-- What no role can do to instructions, reports and statements, whoever writes them.
SELECT core_append_only('banking_paymentinstruction');

SELECT core_append_only('banking_instructionevent');

SELECT core_append_only('banking_bankreport');

SELECT core_append_only('banking_bankstatement');

SELECT core_append_only('banking_statementline');

SELECT core_append_only(name)
FROM unnest(ARRAY[
        'banking_othercardline',
        'banking_breakline', 'banking_reportedtotal', 'banking_bookedtotal', 'banking_inquiry', 'banking_restoration',
        'banking_restorationvisit', 'banking_restorationfile', 'banking_restorationnote', 'banking_restorationend'
    ]) AS name;

DROP TRIGGER IF EXISTS statement_line_is_of_a_statement ON banking_statementline;

SELECT core_begin_in('banking_break', 'raised');

SELECT core_begin_in('banking_clearance', 'drafted');

SELECT core_begin_in('banking_statementupload', 'drafted');

-- The database is an older copy of itself, and not every file the bank knows is accounted for; NULL: all is well.
CREATE OR REPLACE FUNCTION banking_restoration_standing() RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT max(one.id) FROM banking_restoration AS one
    WHERE NOT EXISTS (SELECT 1 FROM banking_restorationend AS ended WHERE ended.restoration_id = one.id)
$$;

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

-- The files that are void: what a bank pays of one is no payment of ours. One that counts after all is not among them.
CREATE OR REPLACE VIEW banking_voidfile AS
SELECT
    sent.id AS instruction_id,
    sent.request_id,
    sent.message_id,
    sent.first_payment_id,
    sent.last_payment_id
FROM banking_paymentinstruction AS sent
INNER JOIN banking_instructionevent AS gone ON sent.id = gone.instruction_id AND gone.kind = 'void'
WHERE
    NOT EXISTS (
        SELECT 1 FROM banking_instructionevent AS later
        WHERE later.instruction_id = gone.instruction_id AND later.sequence > gone.sequence
    );

-- Whether a file took the place of one that is void.
CREATE OR REPLACE FUNCTION banking_took_place(fresh banking_paymentinstruction) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM banking_voidfile AS gone
        WHERE gone.request_id = fresh.request_id AND gone.instruction_id <> fresh.id
            AND gone.first_payment_id <= fresh.last_payment_id AND gone.last_payment_id >= fresh.first_payment_id
    )
$$;

-- Covers the payments of a run as the database holds them, in the order of the file: a hash a block of up to 1024 ids,
-- and one over these.
CREATE OR REPLACE FUNCTION banking_lines_digest(
    request bigint, year smallint, first_payment bigint, last_payment bigint
) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT encode(sha256(coalesce(string_agg(block.hash, '' ORDER BY block.no), '')), 'hex')
    FROM (
        SELECT
            payment.id / 1024 AS no,
            sha256(convert_to(string_agg(
                concat_ws('|', payment.end_to_end_id, payment.payee_id, payment.card_id, payment.amount_fen), E'\n'
                ORDER BY payment.id
            ), 'UTF8')) AS hash
        FROM payments_payment AS payment
        WHERE payment.request_id = request AND payment.fiscal_year = year
            AND payment.id BETWEEN first_payment AND last_payment
        GROUP BY payment.id / 1024
    ) AS block
$$;

-- Whether the payments of an instruction are those that were sealed. Instructions sealed before there were blocks carry
-- a digest over the hash of every line.
CREATE OR REPLACE FUNCTION banking_lines_hold(instruction banking_paymentinstruction) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN instruction.lines_digest = banking_lines_digest(
            instruction.request_id, instruction.fiscal_year, instruction.first_payment_id, instruction.last_payment_id
        ) THEN true
        ELSE instruction.lines_digest = (
            SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(
                concat_ws('|', payment.end_to_end_id, payment.payee_id, payment.card_id, payment.amount_fen), 'UTF8'
            )), '' ORDER BY payment.id), '')), 'hex')
            FROM payments_payment AS payment
            WHERE payment.request_id = instruction.request_id AND payment.fiscal_year = instruction.fiscal_year
                AND payment.id BETWEEN instruction.first_payment_id AND instruction.last_payment_id
        )
    END
$$;

-- What the audit chain keeps of an instruction, so that verify finds any change of it.
CREATE OR REPLACE FUNCTION banking_instruction_detail(instruction banking_paymentinstruction) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT to_jsonb(instruction) - 'recorded_at' - 'sealed_at' - 'not_after'
$$;
