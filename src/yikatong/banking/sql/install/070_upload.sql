-- A statement that a person brings is used only after a second person confirmed the difference that was shown.

CREATE OR REPLACE FUNCTION banking_upload_statement(
    provider bigint, file bigint, shown jsonb, told_note text, agreement bigint, official bigint,
    business_moment timestamptz
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    terms banking_serviceagreement;
    kept core_storedfile;
    uploaded bigint;
    signed text;
BEGIN
    SELECT * INTO terms FROM banking_serviceagreement WHERE id = agreement AND provider_id = provider;
    IF terms.id IS NULL OR core_appointment_for(official, 'bank_exchange', terms.county_id, NULL) IS NULL
        OR (SELECT person.is_machine FROM core_official AS person WHERE person.id = official) THEN
        RAISE EXCEPTION '没有找到，或者不归您办。' USING ERRCODE = 'YK005';
    END IF;
    SELECT * INTO kept FROM core_storedfile WHERE id = file AND kind = 'bank_report';
    IF kept.id IS NULL THEN
        RAISE EXCEPTION '上传的对账单没有存下来，请再传一次。' USING ERRCODE = 'YK079';
    END IF;
    signed := encode(sha256(convert_to(kept.digest || shown::text, 'UTF8')), 'hex');
    INSERT INTO banking_statementupload (provider_id, file_id, file_digest, difference, note, uploaded_at, state, version,
        digest, case_no, area_code, agency_id)
    VALUES (provider, file, kept.digest, shown, left(btrim(told_note), 400), business_moment, 'drafted', 0, signed, '',
            terms.county_id, terms.agency_id)
    RETURNING id INTO uploaded;
    PERFORM core_take('statement_upload', uploaded, 'upload', official, business_moment, 0, signed, told_note);
    RETURN uploaded;
END
$$;

-- What was uploaded becomes a report of the bank only when two people stand behind these very bytes.
CREATE OR REPLACE FUNCTION banking_check_upload() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM banking_statementupload AS upload
        WHERE upload.id = new.upload_id AND upload.state = 'confirmed' AND upload.file_digest = new.digest
            AND upload.provider_id = new.provider_id AND (
                SELECT count(DISTINCT decision.official_id) FROM core_decision AS decision
                WHERE decision.flow = 'statement_upload' AND decision.subject_id = upload.id
                    AND decision.digest = upload.digest AND decision.verb IN ('upload', 'confirm')
            ) = 2
    ) THEN
        RAISE EXCEPTION '手工上传的对账单还没有第二个人确认，不能使用。' USING ERRCODE = 'YK079';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER upload_is_confirmed BEFORE INSERT ON banking_bankreport
FOR EACH ROW WHEN (new.upload_id IS NOT NULL) EXECUTE FUNCTION banking_check_upload();
