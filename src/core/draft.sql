-- columns: draft_row (id, body, payment, version, invoice, format, created_us, updated_us)

-- name: draft_insert   ($1 merchant, $2 mode, $3 id, $4 body, $5 payment, $6 created_us)   rows: exactly 1
INSERT INTO invoice_draft (merchant, mode, id, body, payment, version, created_us) VALUES ($1, $2, $3, $4, $5, 1, $6);

-- name: draft_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {draft_row} FROM invoice_draft WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: draft_of_invoice   ($1 merchant, $2 mode, $3 invoice)   rows: at most 1
SELECT {draft_row} FROM invoice_draft WHERE merchant = $1 AND mode = $2 AND invoice = $3;

-- name: draft_replace   ($1 merchant, $2 mode, $3 id, $4 body, $5 payment, $6 updated_us)   rows: exactly 1
UPDATE invoice_draft SET body = $4, payment = $5, version = version + 1, updated_us = $6
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: draft_freeze   ($1 merchant, $2 mode, $3 id, $4 invoice, $5 format, $6 updated_us)   rows: exactly 1
UPDATE invoice_draft SET invoice = $4, format = $5, updated_us = $6 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: draft_delete   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
DELETE FROM invoice_draft WHERE merchant = $1 AND mode = $2 AND id = $3;
