-- 有效批次的明细与盖章花名册逐行一致，不多不少（只有提过异议的行可以不在内）
-- Whole tables, joined by hashing.
WITH live AS (
    SELECT
        batch.id AS batch_id,
        batch.no,
        batch.fiscal_year,
        member.roster_id
    FROM batches_paymentbatch AS batch
    INNER JOIN batches_batchroster AS member ON batch.id = member.batch_id
    WHERE batch.state <> 'void'
),

due AS (
    SELECT
        live.no,
        live.batch_id AS of_batch,
        row.*
    FROM live
    INNER JOIN batches_entitlement AS row
        ON live.fiscal_year = row.fiscal_year AND live.batch_id = row.batch_id AND live.roster_id = row.roster_id
),

sealed AS (
    SELECT
        live.no,
        live.batch_id AS of_batch,
        line.*
    FROM live
    INNER JOIN rosters_effectiveline AS line ON live.roster_id = line.roster_id
)

SELECT
    'batch:' || coalesce(due.no, sealed.no) || ' line ' || coalesce(due.line_id, sealed.line_id) AS subject,
    concat_ws('/', sealed.beneficiary_id, sealed.payee_id, sealed.card_id, sealed.amount_fen, sealed.occasion)
        AS expected,
    concat_ws('/', due.beneficiary_id, due.payee_id, due.card_id, due.amount_fen, due.occasion) AS found
FROM due
FULL JOIN sealed ON due.of_batch = sealed.of_batch AND due.line_id = sealed.line_id
WHERE
    (
        due.id IS NULL AND NOT EXISTS (
            SELECT 1 FROM notices_objection AS objected
            WHERE objected.roster_id = sealed.roster_id AND objected.line_id = sealed.line_id
        )
    )
    OR sealed.line_id IS NULL
    OR (due.id IS NOT NULL AND (
        due.roster_id, due.row_key, due.beneficiary_id, due.payee_id, due.card_id, due.amount_fen, due.occasion,
        due.village_code, due.township_code
    ) IS DISTINCT FROM (
        sealed.roster_id,
        sealed.row_key,
        sealed.beneficiary_id,
        sealed.payee_id,
        sealed.card_id,
        sealed.amount_fen,
        sealed.occasion,
        sealed.village_code, sealed.township_code
    ))
