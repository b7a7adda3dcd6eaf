-- 没有可用卡的人和原因，等于从人员、社保卡和卡状态重新判断的
-- Whole tables, joined by hashing.
WITH held AS (
    SELECT
        card.person_id,
        bool_or(known.status = 'inactive') AS has_inactive,
        bool_or(known.status = 'lost') AS has_lost
    FROM registry_card AS card
    INNER JOIN registry_cardstate AS known ON card.id = known.card_id
    LEFT JOIN registry_payeecard AS payee ON card.person_id = payee.person_id
    WHERE card.person_id IS NOT NULL AND payee.person_id IS NULL
    GROUP BY card.person_id
),

due AS (
    SELECT
        person.id AS person_id,
        CASE
            WHEN person.id_index IS NULL THEN 'no_id'
            WHEN held.person_id IS NULL THEN 'no_card'
            WHEN held.has_inactive THEN 'inactive'
            WHEN held.has_lost THEN 'lost'
            ELSE 'canceled'
        END AS why,
        person.village_code,
        person.group_no
    FROM registry_person AS person
    LEFT JOIN registry_payeecard AS payee ON person.id = payee.person_id
    LEFT JOIN held ON person.id = held.person_id
    WHERE payee.person_id IS NULL
)

SELECT
    'person:' || coalesce(due.person_id, kept.person_id) AS subject,
    concat_ws(' ', due.why, due.village_code, due.group_no) AS expected,
    concat_ws(' ', kept.why, kept.village_code, kept.group_no) AS found
FROM due
FULL JOIN registry_unpayable AS kept ON due.person_id = kept.person_id
WHERE (due.why, due.village_code, due.group_no) IS DISTINCT FROM (kept.why, kept.village_code, kept.group_no)
