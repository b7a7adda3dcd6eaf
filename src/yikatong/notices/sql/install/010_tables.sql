-- Notices and objections take what they are about from the roster itself; proofs are facts.
SELECT core_begin_in(name, 'drafted') FROM unnest(ARRAY['notices_publicnotice', 'notices_objection']) AS name;
SELECT core_append_only('notices_noticeproof');

-- A notice copies place, figures and digest from its completed roster, and hangs the cycle's number of days.
-- The day of posting does not count (Civil Code, article 201).
CREATE OR REPLACE FUNCTION notices_begin_notice() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    roster rosters_roster;
    days integer;
BEGIN
    SELECT * INTO roster FROM rosters_roster WHERE id = new.roster_id FOR SHARE;
    IF roster.state IS DISTINCT FROM 'completed' THEN
        RAISE EXCEPTION '花名册还没有定稿，不能公示。' USING ERRCODE = 'YK110';
    END IF;
    SELECT cycle.notice_days INTO days FROM catalog_cycle AS cycle WHERE cycle.id = roster.cycle_id;
    new.roster_version := roster.version;
    new.digest := roster.digest;
    new.count := roster.count;
    new.total_fen := roster.total_fen;
    new.case_no := roster.case_no;
    new.area_code := roster.area_code;
    new.agency_id := roster.agency_id;
    new.posted_on := (core_now() AT TIME ZONE 'Asia/Shanghai')::date;
    new.until_on := new.posted_on + days;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER begins_from_roster BEFORE INSERT ON notices_publicnotice
FOR EACH ROW EXECUTE FUNCTION notices_begin_notice();

-- An objection is about one line that the notice shows, and lies in that line's village.
CREATE OR REPLACE FUNCTION notices_begin_objection() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    notice notices_publicnotice;
    line rosters_effectiveline;
BEGIN
    SELECT * INTO notice FROM notices_publicnotice WHERE id = new.notice_id;
    SELECT * INTO line FROM rosters_effectiveline AS shown
    WHERE shown.roster_id = notice.roster_id AND shown.row_key = new.row_key;
    IF line.line_id IS NULL THEN
        RAISE EXCEPTION '公示里没有这一行，请从公示明细里选。' USING ERRCODE = 'YK111';
    END IF;
    new.roster_id := notice.roster_id;
    new.line_id := line.line_id;
    new.case_no := notice.case_no;
    new.digest := notice.digest;
    new.area_code := line.village_code;
    new.agency_id := notice.agency_id;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER begins_from_line BEFORE INSERT ON notices_objection
FOR EACH ROW EXECUTE FUNCTION notices_begin_objection();

-- Proof is added while the notice hangs, not after the seal.
CREATE OR REPLACE FUNCTION notices_refuse_late_proof() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM notices_publicnotice WHERE id = new.notice_id AND state = 'posted' FOR SHARE
    ) THEN
        RAISE EXCEPTION '公示期内、盖章之前才能上传佐证材料。' USING ERRCODE = 'YK112';
    END IF;
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER proof_in_time BEFORE INSERT ON notices_noticeproof
FOR EACH ROW EXECUTE FUNCTION notices_refuse_late_proof();
