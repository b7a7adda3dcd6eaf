-- People of these rosters who are already due in a live batch, or who are chosen twice.
SELECT
    clash.roster_no,
    clash.person_name,
    clash.person_occasion,
    clash.batch_no
FROM batches_conflicts(%(rosters)s::bigint[], NULL) AS clash
