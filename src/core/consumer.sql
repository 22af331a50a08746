-- columns: consumer_row (id, reference, own_reference, type, customer, account, created_us)

-- name: consumer_insert   ($1 merchant, $2 mode, $3 id, $4 reference, $5 own_reference, $6 type, $7 created_us)   rows: exactly 1
INSERT INTO consumer (merchant, mode, id, reference, own_reference, type, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: consumer_update   ($1 merchant, $2 mode, $3 id, $4 own_reference, $5 customer, $6 account)   rows: exactly 1
UPDATE consumer SET own_reference = $4, customer = $5, account = $6
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: consumer_find   ($1 merchant, $2 mode, $3 reference)   rows: at most 1
SELECT {consumer_row}
FROM consumer WHERE merchant = $1 AND mode = $2 AND reference = $3;

-- Of its values only what a levy needs.
-- name: consumer_find_payer   ($1 merchant, $2 mode, $3 reference)   rows: at most 1
SELECT {c.consumer_row}, v.value
FROM consumer c
LEFT JOIN consumer_value v ON v.merchant = c.merchant AND v.mode = c.mode AND v.consumer = c.id
    AND v.field = 'beneficiary'
WHERE c.merchant = $1 AND c.mode = $2 AND c.reference = $3;

-- name: consumer_load   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {consumer_row}
FROM consumer WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: consumer_of_customer   ($1 merchant, $2 mode, $3 customer)   rows: at most 1
SELECT {consumer_row}
FROM consumer WHERE merchant = $1 AND mode = $2 AND customer = $3;

-- name: consumer_own   ($1 merchant, $2 mode, $3 own_reference)   rows: at most 1
SELECT id FROM consumer
WHERE merchant = $1 AND mode = $2 AND own_reference = $3 AND customer IS NOT NULL;

-- name: consumer_values   ($1 merchant, $2 mode, $3 consumer)   rows: many
SELECT field, value FROM consumer_value WHERE merchant = $1 AND mode = $2 AND consumer = $3;

-- name: consumer_value_put   ($1 merchant, $2 mode, $3 consumer, $4 field, $5 value, $6 folded)   rows: exactly 1
INSERT INTO consumer_value (merchant, mode, consumer, field, value, folded)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (merchant, mode, consumer, field)
DO UPDATE SET value = excluded.value, folded = excluded.folded;

-- name: consumer_value_drop   ($1 merchant, $2 mode, $3 consumer, $4 field)   rows: any
DELETE FROM consumer_value WHERE merchant = $1 AND mode = $2 AND consumer = $3 AND field = $4;

-- name: consumer_values_drop   ($1 merchant, $2 mode, $3 consumer)   rows: any
DELETE FROM consumer_value WHERE merchant = $1 AND mode = $2 AND consumer = $3;

-- Candidates of a search, oldest first, after one.
-- name: consumers_of_text   ($1 merchant, $2 mode, $3 field, $4 folded, $5 after, $6 limit)   rows: many
SELECT consumer FROM consumer_value
WHERE merchant = $1 AND mode = $2 AND field = $3 AND folded = $4 AND consumer > $5
ORDER BY consumer LIMIT $6;

-- name: consumers_of_number   ($1 merchant, $2 mode, $3 fingerprint, $4 after, $5 limit)   rows: many
SELECT c.id FROM bank_account a
JOIN consumer c ON c.merchant = a.merchant AND c.mode = a.mode AND c.account = a.id
WHERE a.merchant = $1 AND a.mode = $2 AND a.fingerprint = $3 AND c.id > $4
ORDER BY c.id LIMIT $5;

-- name: consumers_after   ($1 merchant, $2 mode, $3 after, $4 limit)   rows: many
SELECT id FROM consumer WHERE merchant = $1 AND mode = $2 AND id > $3 AND customer IS NOT NULL
ORDER BY id LIMIT $4;

-- name: consumer_draft_delete   ($1 merchant, $2 mode, $3 id)   rows: any
DELETE FROM consumer WHERE merchant = $1 AND mode = $2 AND id = $3 AND customer IS NULL;
