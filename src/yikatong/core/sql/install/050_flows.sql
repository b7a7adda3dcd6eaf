-- Every subject of every flow whose row is not what its last decision left behind. Reads the subjects' tables by name.
CREATE OR REPLACE FUNCTION core_flow_mismatches() RETURNS TABLE (subject text, expected text, found text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT DISTINCT flow, subject_table FROM core_workflowstep ORDER BY flow LOOP
        RETURN QUERY EXECUTE format($query$
            SELECT
                coalesce(last.flow || ':' || last.subject_id, %1$L || ':' || row.id),
                concat_ws(' ', last.to_state, last.subject_version + 1, last.case_no, last.area, last.agency),
                coalesce(concat_ws(' ', row.state, row.version, row.case_no, row.area_code, row.agency_id), 'no row')
            FROM (
                SELECT DISTINCT ON (made.subject_id) made.*, event.detail ->> 'area' AS area,
                    (event.detail ->> 'agency')::bigint AS agency
                FROM core_decision AS made
                LEFT JOIN core_auditevent AS event
                    ON event.detail ? 'decision' AND (event.detail ->> 'decision')::bigint = made.id
                WHERE made.flow = %1$L
                ORDER BY made.subject_id, made.subject_version DESC
            ) AS last
            LEFT JOIN %2$I AS row ON row.id = last.subject_id
            WHERE (row.state, row.version, row.case_no, row.area_code, row.agency_id) IS DISTINCT FROM
                (last.to_state, last.subject_version + 1, last.case_no, last.area, last.agency)
        $query$, one.flow, one.subject_table);
    END LOOP;
END
$$;
