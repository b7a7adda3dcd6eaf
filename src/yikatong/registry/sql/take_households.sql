-- Takes over staged households: new ones in, changed ones mended, same ones left alone. A head who is named by a number
-- of the same file comes with them; whoever the file does not name stays head until set_heads.
INSERT INTO registry_household AS household (
    no, village_code, group_no, head_id, farmland_micro, forest_micro, fallow_micro
)
SELECT
    incoming.no,
    incoming.village_code,
    incoming.group_no,
    incoming.head_id,
    incoming.farmland_micro,
    incoming.forest_micro,
    incoming.fallow_micro
FROM registry_incominghousehold AS incoming
WHERE incoming.load_key = %(load_key)s
ON CONFLICT (no) DO UPDATE SET
    village_code = excluded.village_code,
    group_no = excluded.group_no,
    head_id = coalesce(excluded.head_id, household.head_id),
    farmland_micro = excluded.farmland_micro,
    forest_micro = excluded.forest_micro,
    fallow_micro = excluded.fallow_micro
WHERE
row(
    household.village_code, household.group_no, household.head_id, household.farmland_micro,
    household.forest_micro, household.fallow_micro
)
IS DISTINCT FROM row(
    excluded.village_code, excluded.group_no, coalesce(excluded.head_id, household.head_id),
    excluded.farmland_micro, excluded.forest_micro, excluded.fallow_micro
)
