-- Whom the bank names as paid, held against whom we meant (C08). A name is a hint and no key: banks shorten, mask and
-- mend names (C20), so that a payment counts whatever it says; but somebody has to find out why it says another one.

-- Raises one break a request for a message whose names are staged; returns how many lines name somebody else.
CREATE OR REPLACE FUNCTION banking_note_names(
    report bigint, official bigint, business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = on AS $$
DECLARE
    years smallint[] := ARRAY(SELECT DISTINCT sent.fiscal_year FROM banking_paymentinstruction AS sent);
    other record;
    raised bigint;
    other_count bigint := 0;
BEGIN
    FOR other IN
        SELECT payment.request_id, sent.agreement_id, count(*) AS line_count, sum(told.amount_fen)::bigint AS line_fen,
               array_agg(told.end_to_end_id ORDER BY told.end_to_end_id) AS end_to_end_ids,
               array_agg(told.amount_fen ORDER BY told.end_to_end_id) AS amounts
        FROM banking_namerow AS told
        CROSS JOIN LATERAL (
            SELECT one.request_id, one.payee_id FROM payments_payment AS one
            WHERE one.end_to_end_id = told.end_to_end_id AND one.fiscal_year = ANY (years)
            ORDER BY one.end_to_end_id LIMIT 1
        ) AS payment
        CROSS JOIN LATERAL (
            SELECT person.id FROM registry_person AS person
            WHERE person.id = payment.payee_id AND person.name_key <> told.name_key
            ORDER BY person.id LIMIT 1
        ) AS meant
        CROSS JOIN LATERAL (
            SELECT one.agreement_id FROM banking_paymentinstruction AS one
            WHERE one.request_id = payment.request_id ORDER BY one.id DESC LIMIT 1
        ) AS sent
        INNER JOIN banking_serviceagreement AS terms ON terms.id = sent.agreement_id
        WHERE told.report_id = report
            AND core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NOT NULL
        GROUP BY payment.request_id, sent.agreement_id
    LOOP
        other_count := other_count + other.line_count;
        raised := banking_raise(
            concat_ws(':', 'other_name', report, other.request_id), 'other_name', report, NULL, other.request_id,
            other.agreement_id, other.line_count, other.line_fen, other.line_fen, other.end_to_end_ids[1], business_moment);
        INSERT INTO banking_breakline (difference_id, line_no, end_to_end_id, expected_fen, found_fen)
        SELECT raised, one.place, one.end_to_end_id, one.amount_fen, one.amount_fen
        FROM unnest(other.end_to_end_ids, other.amounts) WITH ORDINALITY AS one (end_to_end_id, amount_fen, place)
        WHERE raised IS NOT NULL;
    END LOOP;
    RETURN other_count;
END
$$;
