-- The legs are a JSON array of texts, account and amount_minor; the view ledger_leg shows them as rows.
-- name: ledger_entry_insert   ($1 merchant, $2 mode, $3 id, $4 kind, $5 object, $6 currency, $7 legs, $8 created_us)   rows: exactly 1, gathered
INSERT INTO ledger_entry (merchant, mode, id, kind, object, currency, legs, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: ledger_balance_add   ($1 merchant, $2 mode, $3 account, $4 currency, $5 amount_minor)   rows: exactly 1, gathered
INSERT INTO ledger_balance (merchant, mode, account, currency, amount_minor)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (merchant, mode, account, currency)
DO UPDATE SET amount_minor = ledger_balance.amount_minor + excluded.amount_minor;

-- name: ledger_balance_read   ($1 merchant, $2 mode, $3 account, $4 currency)   rows: at most 1
SELECT amount_minor FROM ledger_balance
WHERE merchant = $1 AND mode = $2 AND account = $3 AND currency = $4;

-- name: ledger_sums   ()   rows: many, whole table
SELECT account, currency, COUNT(*), SUM(amount_minor)
FROM ledger_balance
GROUP BY account, currency
ORDER BY account, currency;

-- When something happened to an object, of any kind. Whatever is booked of it is booked at one of these times, which
-- verify_entry_times proves (ledger_verify.sql).
-- name: ledger_times   ($1 merchant, $2 mode, $3 object)   rows: many
SELECT created_us FROM event WHERE merchant = $1 AND mode = $2 AND object = $3
UNION SELECT created_us FROM payment WHERE merchant = $1 AND mode = $2 AND id = $3
UNION SELECT paid_us FROM payment WHERE merchant = $1 AND mode = $2 AND id = $3 AND paid_us IS NOT NULL
UNION SELECT bank_us FROM payment WHERE merchant = $1 AND mode = $2 AND id = $3 AND bank_us IS NOT NULL
UNION SELECT sent_us FROM debit WHERE merchant = $1 AND mode = $2 AND payment = $3 AND sent_us IS NOT NULL
UNION SELECT heard_us FROM debit WHERE merchant = $1 AND mode = $2 AND payment = $3 AND heard_us IS NOT NULL
UNION SELECT released_us FROM debit WHERE merchant = $1 AND mode = $2 AND payment = $3 AND released_us IS NOT NULL
UNION SELECT ended_us FROM debit WHERE merchant = $1 AND mode = $2 AND payment = $3 AND ended_us IS NOT NULL
UNION SELECT bank_us FROM dispute WHERE merchant = $1 AND mode = $2 AND id = $3 AND bank_us IS NOT NULL
UNION SELECT created_us FROM settlement_work WHERE merchant = $1 AND mode = $2 AND id = $3
UNION SELECT created_us FROM invoice WHERE merchant = $1 AND mode = $2 AND id = $3
UNION SELECT received_us FROM invoice_received WHERE merchant = $1 AND mode = $2 AND invoice = $3
ORDER BY 1;

-- name: ledger_of_object   ($1 merchant, $2 mode, $3 object, $4 behind, $5 before)   rows: many
SELECT entry, kind, account, currency, amount_minor, created_us
FROM ledger_leg
WHERE merchant = $1 AND mode = $2 AND entry > $4 AND entry < $5 AND object = $3
ORDER BY entry, position;
