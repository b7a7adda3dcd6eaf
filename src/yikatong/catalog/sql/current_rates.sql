-- The standard of every program that is in force today.
SELECT
    program.id AS program_id,
    catalog_rate_on(program.id, (core_now() AT TIME ZONE 'Asia/Shanghai')::date) AS rate_fen
FROM catalog_program AS program
