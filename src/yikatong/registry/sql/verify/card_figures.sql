-- 最近一次导入时各银行的卡数，等于现在逐张数出来的
-- Whole tables, joined by hashing.
WITH latest AS (
    SELECT load.id
    FROM registry_cardload AS load
    INNER JOIN core_auditevent AS event ON event.name = 'cards.loaded' AND event.subject = 'card_load:' || load.id
    WHERE load.id = (SELECT max(newest.id) FROM registry_cardload AS newest)
),

kept AS (
    SELECT
        figure.bank_id,
        figure.status,
        figure.card_count,
        figure.holder_count
    FROM latest
    INNER JOIN registry_cardfigure AS figure ON latest.id = figure.load_id
),

counted AS (
    SELECT found.*
    FROM latest
    CROSS JOIN LATERAL registry_count_cards() AS found
)

SELECT
    concat_ws(' ', 'bank:' || coalesce(counted.bank_id, kept.bank_id), coalesce(counted.status, kept.status))
        AS subject,
    concat_ws('/', counted.card_count, counted.holder_count) AS expected,
    concat_ws('/', kept.card_count, kept.holder_count) AS found
FROM counted
FULL JOIN kept ON coalesce(counted.bank_id, 0) = coalesce(kept.bank_id, 0) AND counted.status = kept.status
WHERE (counted.card_count, counted.holder_count) IS DISTINCT FROM (kept.card_count, kept.holder_count)
