-- name: settlement_file_insert   ($1 merchant, $2 mode, $3 hash, $4 name, $5 lines, $6 imported_us)   rows: any
INSERT INTO settlement_file (merchant, mode, hash, name, lines, imported_us)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (merchant, mode, hash) DO NOTHING;

-- name: settlement_waits   ($1 merchant, $2 mode)   rows: at most 1
SELECT account FROM ledger_balance
WHERE merchant = $1 AND mode = $2 AND account IN ('acquirer_receivable', 'refunds_in_transit')
    AND amount_minor <> 0 LIMIT 1;

-- name: settlement_unmatched_insert   ($1 merchant, $2 mode, $3 rrn, $4 kind, $5 amount_minor, $6 currency, $7 file, $8 line, $9 created_us)   rows: any
INSERT INTO settlement_unmatched (merchant, mode, rrn, kind, amount_minor, currency, file, line,
    created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (merchant, mode, rrn, kind, amount_minor) DO NOTHING;
