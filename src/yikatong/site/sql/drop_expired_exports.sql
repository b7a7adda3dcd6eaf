-- The contents of exported lists whose days are over; who had exported what stays known.
DELETE FROM site_listexportpiece AS piece
USING site_listexport AS export
WHERE piece.export_id = export.run_id AND export.expires_at <= %(at)s
