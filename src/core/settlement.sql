-- The day whose file is asked for: one row for a merchant. One that is known already stays.
-- name: settlement_day_put   ($1 merchant, $2 mode, $3 day)   rows: any
INSERT INTO settlement_day (merchant, mode, day) VALUES ($1, $2, $3)
ON CONFLICT (merchant, mode) DO NOTHING;

-- name: settlement_day_find   ($1 merchant, $2 mode)   rows: at most 1, whole table
SELECT day FROM settlement_day WHERE merchant = $1 AND mode = $2;

-- name: settlement_day_next   ($1 merchant, $2 mode, $3 day)   rows: exactly 1
INSERT INTO settlement_day (merchant, mode, day) VALUES ($1, $2, $3)
ON CONFLICT (merchant, mode) DO UPDATE SET day = excluded.day;

-- name: settlement_day_delete   ($1 merchant, $2 mode)   rows: any, whole table
DELETE FROM settlement_day WHERE merchant = $1 AND mode = $2;

-- name: settlement_file_insert   ($1 merchant, $2 mode, $3 hash, $4 name, $5 lines, $6 imported_us)   rows: any
INSERT INTO settlement_file (merchant, mode, hash, name, lines, imported_us)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (merchant, mode, hash) DO NOTHING;

-- name: settlement_file_known   ($1 merchant, $2 mode, $3 hash)   rows: at most 1
SELECT 1 FROM settlement_file WHERE merchant = $1 AND mode = $2 AND hash = $3;

-- What a sale brings and what a chargeback takes may come to nothing together, and both are waited for.
-- name: settlement_waits   ($1 merchant, $2 mode)   rows: at most 1
SELECT account FROM ledger_balance
WHERE merchant = $1 AND mode = $2 AND account IN ('acquirer_receivable', 'refunds_in_transit')
    AND amount_minor <> 0
UNION ALL
SELECT state FROM dispute
WHERE merchant = $1 AND mode = $2 AND id >= '' AND state = 'open'
LIMIT 1;
