-- 批次里每份花名册的笔数、金额等于它名下的明细，指纹等于盖章公示
SELECT
    'batch:' || batch.no || ' roster:' || member.roster_id AS subject,
    member.count || ' / ' || member.total_fen || ' / ' || member.roster_digest AS expected,
    coalesce(rows.count, 0) || ' / ' || coalesce(rows.total_fen, 0) || ' / ' || coalesce(acceptance.digest, '') AS found
FROM batches_batchroster AS member
INNER JOIN batches_paymentbatch AS batch ON member.batch_id = batch.id
INNER JOIN rosters_roster AS roster ON member.roster_id = roster.id
INNER JOIN batches_rosteracceptance AS acceptance ON member.acceptance_id = acceptance.id
INNER JOIN notices_publicnotice AS notice ON acceptance.notice_id = notice.id
LEFT JOIN (
    SELECT
        due.batch_id,
        due.roster_id,
        count(*) AS count,
        sum(due.amount_fen) AS total_fen
    FROM batches_entitlement AS due
    GROUP BY due.batch_id, due.roster_id
) AS rows ON member.batch_id = rows.batch_id AND member.roster_id = rows.roster_id
WHERE
    coalesce(rows.count, 0) <> member.count
    OR coalesce(rows.total_fen, 0) <> member.total_fen
    OR acceptance.digest <> member.roster_digest
    OR acceptance.roster_id <> member.roster_id
    OR notice.roster_id <> member.roster_id
    OR notice.digest <> member.roster_digest
    OR (batch.state <> 'void' AND notice.state <> 'sealed')
    OR (
        batch.state <> 'void' AND (
            -- That the roster's lines still have its digest is another check's to tell.
            roster.digest IS DISTINCT FROM member.roster_digest
            OR member.count + member.held_count <> roster.count
            OR member.total_fen + member.held_fen <> roster.total_fen
        )
    )
    OR (batch.state <> 'void') IS DISTINCT FROM (coalesce(acceptance.batch_id, 0) = batch.id)
