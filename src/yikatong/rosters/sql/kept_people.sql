-- The people that were kept of one kind of difference ('' for all), the greatest change of money first, a page.
WITH shown AS (
    SELECT
        told.*,
        abs(coalesce(told.after_fen, 0) - coalesce(told.before_fen, 0)) AS grown_fen,
        count(*) OVER () AS whole
    FROM rosters_changedperson AS told
    WHERE told.comparison_id = %(comparison)s AND %(kind)s IN ('', told.kind)
    ORDER BY grown_fen DESC, told.beneficiary_id ASC
    LIMIT %(rows_max)s OFFSET %(rows_before)s
)

SELECT
    shown.beneficiary_id,
    shown.kind,
    found.name,
    coalesce(area.name, '') AS village,
    found.group_no,
    shown.before_quantity,
    shown.after_quantity,
    shown.before_fen,
    shown.after_fen,
    shown.card_changed,
    shown.whole
FROM shown
INNER JOIN rosters_linematch AS found ON shown.match_id = found.id
INNER JOIN rosters_roster AS roster ON found.roster_id = roster.id
LEFT JOIN core_area AS area ON coalesce(found.village_code, roster.area_code) = area.code
ORDER BY shown.grown_fen DESC, shown.beneficiary_id ASC
