-- name: amendment_insert   ($1 merchant, $2 mode, $3 mandate, $4 id, $5 kind, $6 old_value, $7 new_value, $8 created_us, $9 told_us)   rows: exactly 1
INSERT INTO mandate_amendment (merchant, mode, mandate, id, kind, old_value, new_value, created_us,
    told_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- A collection under it that lies in a file, or has left in one.
-- name: amendment_filed   ($1 merchant, $2 mode, $3 mandate)   rows: at most 1
SELECT payment FROM debit
WHERE merchant = $1 AND mode = $2 AND mandate = $3
    AND (sent_us IS NOT NULL OR (file IS NOT NULL AND ended_us IS NULL)) LIMIT 1;

-- name: amendment_pending   ($1 merchant, $2 mode, $3 mandate)   rows: many
SELECT kind, old_value, new_value, created_us, payment, told_us FROM mandate_amendment
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND payment IS NULL AND told_us IS NULL
ORDER BY id;

-- name: amendment_attached   ($1 merchant, $2 mode, $3 mandate, $4 payment)   rows: many
SELECT kind, old_value, new_value, created_us, payment, told_us FROM mandate_amendment
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND payment = $4
ORDER BY id;

-- name: amendment_history   ($1 merchant, $2 mode, $3 mandate, $4 limit)   rows: many
SELECT kind, old_value, new_value, created_us, payment, told_us FROM mandate_amendment
WHERE merchant = $1 AND mode = $2 AND mandate = $3 ORDER BY id LIMIT $4;

-- name: amendment_attach   ($1 merchant, $2 mode, $3 mandate, $4 payment)   rows: any
UPDATE mandate_amendment SET payment = $4
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND payment IS NULL AND told_us IS NULL;

-- name: amendment_told   ($1 merchant, $2 mode, $3 mandate, $4 payment, $5 told_us)   rows: any
UPDATE mandate_amendment SET told_us = $5
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND payment = $4 AND told_us IS NULL;

-- name: amendment_back   ($1 merchant, $2 mode, $3 mandate, $4 payment)   rows: any
UPDATE mandate_amendment SET payment = NULL
WHERE merchant = $1 AND mode = $2 AND mandate = $3 AND payment = $4 AND told_us IS NULL;
