-- The first entries of all merchants, and those behind one of them.
-- name: ledger_verify_first   ()   rows: many, whole table
SELECT merchant, mode, id, currency, legs FROM ledger_entry ORDER BY merchant, mode, id LIMIT 500;

-- name: ledger_verify_next   ($1 merchant, $2 mode, $3 after)   rows: many
SELECT merchant, mode, id, currency, legs FROM ledger_entry
WHERE (merchant, mode, id) > ($1, $2, $3) ORDER BY merchant, mode, id LIMIT 500;

-- name: ledger_verify_balances   ($1 merchant, $2 mode)   rows: many, whole table
SELECT account, currency, amount_minor FROM ledger_balance WHERE merchant = $1 AND mode = $2;

-- Balances of merchants who have no entry at all.
-- name: verify_balances_of_nothing   ($1 limit)   rows: many, whole table
SELECT b.merchant, b.mode, b.account FROM ledger_balance b
WHERE b.amount_minor <> 0
    AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.merchant = b.merchant AND e.mode = b.mode)
LIMIT $1;
