-- Takes over staged households: new ones in, changed ones mended, same ones left alone.
INSERT INTO registry_household AS household (
    no, village_code, group_no, farmland_micro, forest_micro, fallow_micro
)
SELECT
    incoming.no,
    incoming.village_code,
    incoming.group_no,
    incoming.farmland_micro,
    incoming.forest_micro,
    incoming.fallow_micro
FROM registry_incominghousehold AS incoming
WHERE incoming.load_key = %(load_key)s
ON CONFLICT (no) DO UPDATE SET
    village_code = excluded.village_code,
    group_no = excluded.group_no,
    farmland_micro = excluded.farmland_micro,
    forest_micro = excluded.forest_micro,
    fallow_micro = excluded.fallow_micro
WHERE (
    household.village_code, household.group_no, household.farmland_micro, household.forest_micro,
    household.fallow_micro
)
<> (excluded.village_code, excluded.group_no, excluded.farmland_micro, excluded.forest_micro, excluded.fallow_micro)
