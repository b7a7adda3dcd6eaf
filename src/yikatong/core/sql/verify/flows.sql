-- 每项业务的状态、版本、案号、地区和单位都是最后一个决定留下的
SELECT
    mismatch.subject,
    mismatch.expected,
    mismatch.found
FROM core_flow_mismatches() AS mismatch
