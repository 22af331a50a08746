-- name: address_insert   ($1 merchant, $2 mode, $3 id, $4 line1, $5 line2, $6 line3, $7 zip_code, $8 city, $9 state, $10 country, $11 metadata, $12 created_us)   rows: exactly 1
INSERT INTO address (merchant, mode, id, line1, line2, line3, zip_code, city, state, country,
    metadata, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12);

-- name: address_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT id, line1, line2, line3, zip_code, city, state, country, metadata, created_us, deleted_us
FROM address WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: address_delete   ($1 merchant, $2 mode, $3 id, $4 deleted_us)   rows: exactly 1
UPDATE address SET deleted_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND deleted_us IS NULL;
