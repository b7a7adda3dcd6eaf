-- The people of one kind of difference ('' for all that is not the same), the greatest change of money first, a page.
SELECT
    told.beneficiary_id,
    told.kind,
    told.name,
    coalesce(area.name, '') AS village,
    told.group_no,
    told.before_quantity,
    told.after_quantity,
    told.before_fen,
    told.after_fen,
    told.card_changed,
    count(*) OVER () AS whole
FROM rosters_difference(%(before)s, %(after)s) AS told
LEFT JOIN core_area AS area ON told.village_code = area.code
WHERE told.kind <> 'same' AND %(kind)s IN ('', told.kind)
ORDER BY
    abs(coalesce(told.after_fen, 0) - coalesce(told.before_fen, 0)) DESC,
    told.beneficiary_id
LIMIT %(rows_max)s OFFSET %(rows_before)s
