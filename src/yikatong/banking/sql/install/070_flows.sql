-- Who explains a difference is its owner; NULL, or why not.
CREATE OR REPLACE FUNCTION banking_owned_by(subject bigint, wanted text) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT '这处差异归' || CASE one.owner WHEN 'bank' THEN '代发机构' WHEN 'finance' THEN '财政' ELSE '主管部门' END
        || '说明，请他们办理。'
    FROM banking_break AS one WHERE one.id = subject AND one.owner <> wanted
$$;

CREATE OR REPLACE FUNCTION banking_owned_by_bank(subject bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT banking_owned_by(subject, 'bank') $$;

CREATE OR REPLACE FUNCTION banking_owned_by_finance(subject bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT banking_owned_by(subject, 'finance') $$;

CREATE OR REPLACE FUNCTION banking_owned_by_department(subject bigint) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$ SELECT banking_owned_by(subject, 'department') $$;

SELECT core_begin_in('banking_servicecomplaint', 'drafted');

-- A complaint is signed on what it says: the digest is the database's own.
CREATE OR REPLACE FUNCTION banking_begin_complaint() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    new.case_no := '';
    new.digest := encode(sha256(convert_to(concat_ws(
        '|', new.provider_id, new.kind, new.happened_on, new.area_code, length(new.complainant_name),
        new.complainant_name, new.text), 'UTF8')), 'hex');
    RETURN new;
END
$$;

CREATE OR REPLACE TRIGGER begins_with_digest BEFORE INSERT ON banking_servicecomplaint
FOR EACH ROW EXECUTE FUNCTION banking_begin_complaint();

-- A difference in what was published, raised by the room that publishes; the department owns it. Its key is the fact.
CREATE OR REPLACE FUNCTION banking_published_break(
    request bigint, break_key text, line_count bigint, published bigint, booked bigint, example text,
    business_moment timestamptz
) RETURNS bigint
LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT banking_raise('published_otherwise:' || break_key, 'published_otherwise', NULL, NULL, request,
                         sent.agreement_id, line_count, published, booked, example, business_moment)
    FROM banking_paymentinstruction AS sent WHERE sent.request_id = request ORDER BY sent.id DESC LIMIT 1
$$;
