-- name: invoice_series_find   ($1 merchant, $2 mode, $3 kind)   rows: at most 1
SELECT prefix, year, serial, issued, head FROM invoice_series
WHERE merchant = $1 AND mode = $2 AND kind = $3;

-- name: invoice_series_used   ($1 merchant, $2 kind)   rows: at most 1
SELECT prefix FROM invoice_series
WHERE merchant = $1 AND mode IN ('test', 'live') AND kind = $2 ORDER BY mode LIMIT 1;

-- name: invoice_series_insert   ($1 merchant, $2 mode, $3 kind, $4 prefix, $5 year, $6 serial, $7 issued, $8 head)   rows: exactly 1
INSERT INTO invoice_series (merchant, mode, kind, prefix, year, serial, issued, head)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: invoice_series_move   ($1 merchant, $2 mode, $3 kind, $4 last_year, $5 last_serial, $6 year, $7 serial, $8 issued, $9 head)   rows: at most 1
UPDATE invoice_series SET year = $6, serial = $7, issued = $8, head = $9
WHERE merchant = $1 AND mode = $2 AND kind = $3 AND year = $4 AND serial = $5;

-- name: invoice_series_all   ()   rows: many, whole table
SELECT merchant, mode, kind, year, serial, head FROM invoice_series ORDER BY merchant, mode, kind;
