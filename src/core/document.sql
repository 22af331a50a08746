-- name: document_insert   ($1 merchant, $2 mode, $3 id, $4 kind, $5 object, $6 sha256, $7 size, $8 sealed, $9 created_us)   rows: exactly 1
INSERT INTO document (merchant, mode, id, kind, object, sha256, size, sealed, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: document_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT sha256, sealed FROM document WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: document_delete   ($1 merchant, $2 mode, $3 id)   rows: exactly 1
DELETE FROM document WHERE merchant = $1 AND mode = $2 AND id = $3;
