-- How many people are new, gone, changed, only on another card, or the same, with what that makes in fen.
SELECT
    told.kind,
    count(*) AS count,
    coalesce(sum(told.before_fen), 0)::bigint AS before_fen,
    coalesce(sum(told.after_fen), 0)::bigint AS after_fen
FROM rosters_difference(%(before)s, %(after)s) AS told
GROUP BY told.kind
