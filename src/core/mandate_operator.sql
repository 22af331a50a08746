-- name: mandate_owner   ($1 id)   rows: at most 1, whole table
SELECT d.merchant, d.mode FROM merchant m
JOIN mandate d ON d.merchant = m.id AND d.mode IN ('test', 'live') AND d.id = $1;

-- Of live mode only, or of both: the words sort that way.
-- name: mandate_owner_umr   ($1 umr_key, $2 mode_until)   rows: many, whole table
SELECT d.merchant, d.mode, d.id FROM merchant m
JOIN mandate d ON d.merchant = m.id AND d.mode IN ('test', 'live') AND d.umr_key = $1
WHERE d.mode <= $2 LIMIT 2;

-- name: mandate_leave_accounts   ($1 merchant, $2 mode, $3 mandate)   rows: any
UPDATE bank_account SET mandate = NULL WHERE merchant = $1 AND mode = $2 AND mandate = $3;
