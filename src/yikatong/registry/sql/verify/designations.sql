-- 每次指定发放卡都有两个人先后经办的决定，并且与提出时的内容一致
SELECT
    'card_change:' || change.id AS subject,
    '提出与批准两人、指纹一致' AS expected,
    change.state AS found
FROM registry_cardchange AS change
LEFT JOIN registry_carddesignation AS choice ON change.id = choice.change_id
WHERE
    change.digest <> registry_change_digest(change)
    OR (change.state IN ('approved', 'hastened')) <> (choice.id IS NOT NULL)
    OR (choice.id IS NOT NULL AND (choice.person_id, choice.card_id) <> (change.person_id, change.card_id))
    OR (choice.id IS NOT NULL AND (
        SELECT count(DISTINCT decision.official_id) FROM core_decision AS decision
        WHERE decision.flow = 'card_change' AND decision.subject_id = change.id
            AND decision.digest = change.digest AND decision.verb IN ('propose', 'approve')
    ) <> 2)
    OR (change.state = 'hastened' AND (
        SELECT count(DISTINCT decision.official_id) FROM core_decision AS decision
        WHERE decision.flow = 'card_change' AND decision.subject_id = change.id
            AND decision.digest = change.digest AND decision.verb IN ('propose', 'approve', 'hasten')
    ) <> 3)
