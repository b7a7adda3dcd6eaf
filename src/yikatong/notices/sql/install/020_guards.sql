-- When a notice may be posted, sealed, withdrawn, and when an objection may be raised: NULL, or why not.

-- The roster is still the one that the notice was made for.
CREATE OR REPLACE FUNCTION notices_roster_changed(notice bigint) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT roster.state <> 'completed' OR roster.version <> posted.roster_version OR roster.digest <> posted.digest
        OR posted.digest <> rosters_digest(roster.id)
    FROM notices_publicnotice AS posted
    INNER JOIN rosters_roster AS roster ON roster.id = posted.roster_id
    WHERE posted.id = notice
    FOR SHARE OF roster
$$;

CREATE OR REPLACE FUNCTION notices_unpostable(notice bigint) RETURNS text
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN notices_roster_changed(notice) THEN '花名册在定稿以后又变了，请按新的定稿公示。' END
$$;

CREATE OR REPLACE FUNCTION notices_unsealable(notice bigint) RETURNS text
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT CASE
        WHEN notices_roster_changed(notice) THEN '花名册与公示的不一样，不能盖章。请按新的定稿重新公示。'
        WHEN (core_now() AT TIME ZONE 'Asia/Shanghai')::date <= posted.until_on
            THEN '公示到 ' || to_char(posted.until_on, 'FMMM"月"FMDD"日"') || '才满，期满后的第二天起可以盖章。'
        WHEN NOT EXISTS (SELECT 1 FROM notices_noticeproof AS proof WHERE proof.notice_id = posted.id)
            THEN '还没有公示佐证材料。请先上传张贴照片，再盖章。'
    END
    FROM notices_publicnotice AS posted WHERE posted.id = notice
$$;

CREATE OR REPLACE FUNCTION notices_unwithdrawable(notice bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN roster.state = 'completed' THEN '花名册没有退回，公示不能撤下。' END
    FROM notices_publicnotice AS posted
    INNER JOIN rosters_roster AS roster ON roster.id = posted.roster_id
    WHERE posted.id = notice
$$;

CREATE OR REPLACE FUNCTION notices_unobjectionable(objection bigint) RETURNS text
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN posted.state <> 'posted' THEN '公示已经结束，不能再登记异议。请按群众反映办理。' END
    FROM notices_objection AS raised
    INNER JOIN notices_publicnotice AS posted ON posted.id = raised.notice_id
    WHERE raised.id = objection
    FOR SHARE OF posted
$$;

-- Lines that wait or stay out: an objection to this very line is open, or was upheld. A corrected line is another line.
CREATE OR REPLACE VIEW notices_heldline AS
SELECT DISTINCT
    objection.roster_id,
    objection.row_key
FROM notices_objection AS objection
INNER JOIN rosters_currentline AS line ON objection.roster_id = line.roster_id AND objection.line_id = line.id
WHERE objection.state IN ('raised', 'upheld');
