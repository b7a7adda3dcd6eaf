-- 每份公示的笔数、金额、指纹就是它那一版花名册的
SELECT
    'notice:' || notice.id AS subject,
    concat_ws(' ', roster.count, roster.total_fen, roster.digest) AS expected,
    concat_ws(' ', notice.count, notice.total_fen, notice.digest) AS found
FROM notices_publicnotice AS notice
INNER JOIN rosters_roster AS roster ON notice.roster_id = roster.id AND notice.roster_version = roster.version
WHERE (notice.count, notice.total_fen, notice.digest) <> (roster.count, roster.total_fen, roster.digest)
