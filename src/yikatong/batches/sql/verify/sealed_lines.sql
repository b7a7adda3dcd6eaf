-- 有效批次的明细与盖章花名册逐行一致，不多不少（异议中的行不在内）
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
        row.*
    FROM live
    INNER JOIN batches_entitlement AS row
        ON live.fiscal_year = row.fiscal_year AND live.batch_id = row.batch_id AND live.roster_id = row.roster_id
),

sealed AS (
    SELECT
        live.no,
        line.*
    FROM live
    INNER JOIN rosters_effectiveline AS line ON live.roster_id = line.roster_id
    LEFT JOIN notices_heldline AS held ON line.roster_id = held.roster_id AND line.row_key = held.row_key
    WHERE held.row_key IS NULL
)

SELECT
    'batch:' || coalesce(due.no, sealed.no) || ' line ' || coalesce(due.line_id, sealed.line_id) AS subject,
    concat_ws('/', sealed.beneficiary_id, sealed.payee_id, sealed.card_id, sealed.amount_fen, sealed.occasion) AS expected,
    concat_ws('/', due.beneficiary_id, due.payee_id, due.card_id, due.amount_fen, due.occasion) AS found
FROM due
FULL JOIN sealed ON due.no = sealed.no AND due.roster_id = sealed.roster_id AND due.row_key = sealed.row_key
WHERE
    due.id IS NULL
    OR sealed.line_id IS NULL
    OR (
        due.line_id, due.beneficiary_id, due.payee_id, due.card_id, due.amount_fen, due.occasion,
        due.village_code, due.township_code
    ) IS DISTINCT FROM (
        sealed.line_id, sealed.beneficiary_id, sealed.payee_id, sealed.card_id, sealed.amount_fen, sealed.occasion,
        sealed.village_code, sealed.township_code
    )
