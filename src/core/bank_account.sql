-- name: bank_account_insert   ($1 merchant, $2 mode, $3 id, $4 customer, $5 name, $6 country, $7 last4, $8 bic, $9 date_birth, $10 fingerprint, $11 key_id, $12 iban_sealed, $13 mandate, $14 signed_us, $15 created_us)   rows: exactly 1
INSERT INTO bank_account (merchant, mode, id, customer, name, country, last4, bic, date_birth,
    fingerprint, key_id, iban_sealed, mandate, signed_us, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15);

-- What is shown of its mandate comes from there.
-- name: bank_account_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT a.id, a.customer, a.name, a.country, a.last4, a.bic, a.date_birth, a.fingerprint, a.key_id,
    a.iban_sealed, a.mandate, m.umr, COALESCE(m.signed_us, a.signed_us), m.ended_us, a.created_us,
    a.deleted_us
FROM bank_account a
LEFT JOIN mandate m ON m.merchant = a.merchant AND m.mode = a.mode AND m.id = a.mandate
WHERE a.merchant = $1 AND a.mode = $2 AND a.id = $3;

-- name: bank_account_update   ($1 merchant, $2 mode, $3 id, $4 name, $5 mandate, $6 signed_us)   rows: exactly 1
UPDATE bank_account SET name = $4, mandate = $5, signed_us = $6
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: bank_account_rename   ($1 merchant, $2 mode, $3 id, $4 name)   rows: exactly 1
UPDATE bank_account SET name = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: bank_account_bank   ($1 merchant, $2 mode, $3 id, $4 bic)   rows: exactly 1
UPDATE bank_account SET bic = $4 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: bank_account_delete   ($1 merchant, $2 mode, $3 id, $4 deleted_us)   rows: exactly 1
UPDATE bank_account SET deleted_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND deleted_us IS NULL;

-- Once a month, at night.
-- name: bank_account_portion   ($1 merchant, $2 mode, $3 behind, $4 places)   rows: at most 1
SELECT id FROM bank_account WHERE merchant = $1 AND mode = $2 AND id > $3 ORDER BY id LIMIT 1 OFFSET $4;

-- name: bank_account_forget   ($1 merchant, $2 mode, $3 behind, $4 last, $5 deleted_before_us)   rows: any
UPDATE bank_account SET iban_sealed = NULL, key_id = NULL, fingerprint = NULL
WHERE merchant = $1 AND mode = $2 AND id > $3 AND id <= $4 AND iban_sealed IS NOT NULL AND deleted_us < $5;

-- name: bank_account_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM bank_account
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6;

-- name: bank_account_count_by_customer   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer)   rows: exactly 1
SELECT COUNT(*) FROM bank_account
WHERE merchant = $1 AND mode = $2 AND customer = $7 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6;

-- name: bank_account_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT a.id, a.customer, a.name, a.country, a.last4, a.bic, a.date_birth, a.fingerprint, a.key_id,
    a.iban_sealed, a.mandate, m.umr, COALESCE(m.signed_us, a.signed_us), m.ended_us, a.created_us,
    a.deleted_us
FROM bank_account a
LEFT JOIN mandate m ON m.merchant = a.merchant AND m.mode = a.mode AND m.id = a.mandate
WHERE a.merchant = $1 AND a.mode = $2 AND a.id >= $3 AND a.id < $4 AND a.deleted_us IS NULL
    AND a.created_us BETWEEN $5 AND $6
ORDER BY a.id ASC LIMIT $7 OFFSET $8;

-- name: bank_account_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT a.id, a.customer, a.name, a.country, a.last4, a.bic, a.date_birth, a.fingerprint, a.key_id,
    a.iban_sealed, a.mandate, m.umr, COALESCE(m.signed_us, a.signed_us), m.ended_us, a.created_us,
    a.deleted_us
FROM bank_account a
LEFT JOIN mandate m ON m.merchant = a.merchant AND m.mode = a.mode AND m.id = a.mandate
WHERE a.merchant = $1 AND a.mode = $2 AND a.id >= $3 AND a.id < $4 AND a.deleted_us IS NULL
    AND a.created_us BETWEEN $5 AND $6
ORDER BY a.id DESC LIMIT $7 OFFSET $8;

-- name: bank_account_list_by_customer_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer, $8 limit, $9 start)   rows: many
SELECT a.id, a.customer, a.name, a.country, a.last4, a.bic, a.date_birth, a.fingerprint, a.key_id,
    a.iban_sealed, a.mandate, m.umr, COALESCE(m.signed_us, a.signed_us), m.ended_us, a.created_us,
    a.deleted_us
FROM bank_account a
LEFT JOIN mandate m ON m.merchant = a.merchant AND m.mode = a.mode AND m.id = a.mandate
WHERE a.merchant = $1 AND a.mode = $2 AND a.customer = $7 AND a.id >= $3 AND a.id < $4
    AND a.deleted_us IS NULL AND a.created_us BETWEEN $5 AND $6
ORDER BY a.id ASC LIMIT $8 OFFSET $9;

-- name: bank_account_list_by_customer_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 customer, $8 limit, $9 start)   rows: many
SELECT a.id, a.customer, a.name, a.country, a.last4, a.bic, a.date_birth, a.fingerprint, a.key_id,
    a.iban_sealed, a.mandate, m.umr, COALESCE(m.signed_us, a.signed_us), m.ended_us, a.created_us,
    a.deleted_us
FROM bank_account a
LEFT JOIN mandate m ON m.merchant = a.merchant AND m.mode = a.mode AND m.id = a.mandate
WHERE a.merchant = $1 AND a.mode = $2 AND a.customer = $7 AND a.id >= $3 AND a.id < $4
    AND a.deleted_us IS NULL AND a.created_us BETWEEN $5 AND $6
ORDER BY a.id DESC LIMIT $8 OFFSET $9;
