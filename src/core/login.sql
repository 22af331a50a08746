-- name: login_insert   ($1 face, $2 name, $3 merchant, $4 mode, $5 secret_hash, $6 created_us)   rows: exactly 1
INSERT INTO login (face, name, merchant, mode, secret_hash, created_us)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: login_find   ($1 face, $2 name)   rows: at most 1
SELECT merchant, mode, secret_hash, revoked_us, suspended_us, addresses
FROM login WHERE face = $1 AND name = $2;

-- A directory: there are few, and an operator asks.
-- name: login_list   ($1 merchant)   rows: many, whole table
SELECT face, name, mode, addresses, created_us, suspended_us, revoked_us
FROM login WHERE merchant = $1 ORDER BY face, name;

-- name: login_password   ($1 face, $2 name, $3 merchant, $4 secret_hash)   rows: at most 1
UPDATE login SET secret_hash = $4 WHERE face = $1 AND name = $2 AND merchant = $3;

-- name: login_suspend   ($1 face, $2 name, $3 merchant, $4 suspended_us)   rows: at most 1
UPDATE login SET suspended_us = $4 WHERE face = $1 AND name = $2 AND merchant = $3;

-- name: login_allow   ($1 face, $2 name, $3 merchant, $4 addresses)   rows: at most 1
UPDATE login SET addresses = $4 WHERE face = $1 AND name = $2 AND merchant = $3;
