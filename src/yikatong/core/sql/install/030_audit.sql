-- Audit events and the chain over their stored bytes.
CREATE OR REPLACE FUNCTION core_record(
    event_name text, event_subject text, official bigint, business_moment timestamptz, event_detail jsonb
) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    event_id bigint := nextval(pg_get_serial_sequence('core_auditevent', 'id'));
    moment timestamptz := clock_timestamp();
BEGIN
    INSERT INTO core_auditevent (id, name, subject, official_id, detail, business_at, recorded_at, body)
    VALUES (event_id, event_name, event_subject, official, event_detail, business_moment, moment,
            convert_to(jsonb_build_object(
                'id', event_id, 'name', event_name, 'subject', event_subject, 'official', official,
                'detail', event_detail, 'business_at', business_moment, 'recorded_at', moment)::text, 'UTF8'));
    RETURN event_id;
END
$$;

-- One sealer at a time chains all committed events that have no link yet.
CREATE OR REPLACE FUNCTION core_seal_audit() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    link record;
    last_sequence bigint;
    last_hash bytea;
    link_hash bytea;
    sealed_count bigint := 0;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('core_seal_audit'));
    SELECT seal.sequence, seal.hash INTO last_sequence, last_hash
    FROM core_auditseal AS seal ORDER BY seal.sequence DESC LIMIT 1;
    last_sequence := coalesce(last_sequence, 0);
    last_hash := coalesce(last_hash, '\x'::bytea);
    FOR link IN
        SELECT event.id, event.body FROM core_auditevent AS event
        WHERE NOT EXISTS (SELECT 1 FROM core_auditseal AS seal WHERE seal.event_id = event.id)
        ORDER BY event.id
    LOOP
        last_sequence := last_sequence + 1;
        link_hash := sha256(last_hash || convert_to(last_sequence::text, 'UTF8') || link.body);
        INSERT INTO core_auditseal (sequence, event_id, previous, hash, sealed_at)
        VALUES (last_sequence, link.id, last_hash, link_hash, clock_timestamp());
        last_hash := link_hash;
        sealed_count := sealed_count + 1;
    END LOOP;
    RETURN sealed_count;
END
$$;
