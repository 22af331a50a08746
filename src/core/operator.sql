-- name: operator_insert   ($1 id, $2 email, $3 role, $4 secret_hash, $5 created_us)   rows: exactly 1
INSERT INTO operator_account (id, email, role, secret_hash, created_us) VALUES ($1, $2, $3, $4, $5);

-- columns: operator_row (id, email, role, failures, locked_until_us, last_us, created_us)

-- name: operator_find   ($1 email)   rows: at most 1
SELECT {operator_row}, secret_hash FROM operator_account WHERE email = $1;

-- There are few, and whoever looks after the server asks.
-- name: operator_list   rows: many, whole table
SELECT {operator_row} FROM operator_account ORDER BY email;

-- name: operator_exists   rows: exactly 1, whole table
SELECT EXISTS (SELECT 1 FROM operator_account);

-- name: operator_password   ($1 id, $2 secret_hash)   rows: exactly 1
UPDATE operator_account SET secret_hash = $2, failures = 0, locked_until_us = 0 WHERE id = $1;

-- name: operator_unlock   ($1 id)   rows: exactly 1
UPDATE operator_account SET failures = 0, locked_until_us = 0 WHERE id = $1;

-- name: operator_refused   ($1 id, $2 failures, $3 locked_until_us)   rows: exactly 1
UPDATE operator_account SET failures = $2, locked_until_us = $3 WHERE id = $1;

-- name: operator_signed_in   ($1 id, $2 last_us)   rows: exactly 1
UPDATE operator_account SET failures = 0, locked_until_us = 0, last_us = $2 WHERE id = $1;

-- name: operator_delete   ($1 id)   rows: exactly 1
DELETE FROM operator_account WHERE id = $1;
