-- The signed manifest of an instruction: kept in the transaction that sealed it, once, and never changed.
SELECT core_append_only('banking_instructionmanifest');

CREATE OR REPLACE FUNCTION banking_seal_manifest(
    instruction bigint, manifest_file bigint, official bigint, business_moment timestamptz
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    sealed banking_paymentinstruction;
    kept core_storedfile;
BEGIN
    SELECT * INTO sealed FROM banking_paymentinstruction WHERE id = instruction;
    PERFORM banking_spoken_for(sealed.request_id, official);
    SELECT * INTO kept FROM core_storedfile WHERE id = manifest_file AND kind = 'instruction_manifest';
    IF kept.id IS NULL OR EXISTS (SELECT 1 FROM banking_instructionmanifest AS one WHERE one.instruction_id = instruction)
        OR (SELECT stands.kind FROM banking_instructionstate AS stands WHERE stands.instruction_id = instruction)
        IS DISTINCT FROM 'sealed' THEN
        RAISE EXCEPTION '指令清单只能在封存指令时写一次。' USING ERRCODE = 'YK078';
    END IF;
    INSERT INTO banking_instructionmanifest (instruction_id, file_id, digest, recorded_at)
    VALUES (instruction, kept.id, kept.digest, clock_timestamp());
    PERFORM core_record('instruction.manifested', 'instruction:' || instruction, official, business_moment,
                        jsonb_build_object('instruction', instruction, 'file', kept.id, 'digest', kept.digest));
END
$$;

-- Whether an instruction has the manifest that was sealed with it.
CREATE OR REPLACE FUNCTION banking_manifest_holds(instruction bigint) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM banking_instructionmanifest AS manifest
        INNER JOIN core_storedfile AS kept ON kept.id = manifest.file_id AND kept.digest = manifest.digest
        WHERE manifest.instruction_id = instruction
    )
$$;
