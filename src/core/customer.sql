-- name: customer_insert   ($1 merchant, $2 mode, $3 id, $4 name, $5 email, $6 mobile, $7 external_id, $8 date_birth, $9 legal_id, $10 country, $11 billing_address, $12 shipping_address, $13 created_us)   rows: exactly 1
INSERT INTO customer (merchant, mode, id, name, email, mobile, external_id, date_birth, legal_id,
    country, billing_address, shipping_address, created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- columns: customer_row (id, name, email, mobile, external_id, date_birth, legal_id, country,
--     billing_address, shipping_address, created_us, deleted_us)

-- name: customer_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {customer_row}
FROM customer WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: customer_find_external   ($1 merchant, $2 mode, $3 external_id)   rows: at most 1
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND external_id = $3 AND deleted_us IS NULL
ORDER BY id LIMIT 1;

-- The living customer with the same four values; at least one of e-mail and mobile is there.
-- name: customer_find_same_email   ($1 merchant, $2 mode, $3 email, $4 name, $5 mobile, $6 external_id)   rows: at most 1
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND email = $3 AND deleted_us IS NULL
    AND COALESCE(name, '') = COALESCE($4, '') AND COALESCE(mobile, '') = COALESCE($5, '')
    AND COALESCE(external_id, '') = COALESCE($6, '')
ORDER BY id LIMIT 1;

-- name: customer_find_same_mobile   ($1 merchant, $2 mode, $3 mobile, $4 name, $5 external_id)   rows: at most 1
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND mobile = $3 AND deleted_us IS NULL AND email IS NULL
    AND COALESCE(name, '') = COALESCE($4, '') AND COALESCE(external_id, '') = COALESCE($5, '')
ORDER BY id LIMIT 1;

-- name: customer_update   ($1 merchant, $2 mode, $3 id, $4 name, $5 email, $6 mobile, $7 external_id, $8 date_birth, $9 legal_id, $10 country, $11 billing_address, $12 shipping_address)   rows: exactly 1
UPDATE customer SET name = $4, email = $5, mobile = $6, external_id = $7, date_birth = $8,
    legal_id = $9, country = $10, billing_address = $11, shipping_address = $12
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: customer_delete   ($1 merchant, $2 mode, $3 id, $4 deleted_us)   rows: exactly 1
UPDATE customer SET deleted_us = $4
WHERE merchant = $1 AND mode = $2 AND id = $3 AND deleted_us IS NULL;

-- name: customer_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6;

-- name: customer_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country, $12 limit, $13 start)   rows: many
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($8 AS TEXT) IS NULL OR email = $8)
    AND (CAST($9 AS TEXT) IS NULL OR external_id = $9) AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10)
    AND (CAST($11 AS TEXT) IS NULL OR country = $11)
ORDER BY id ASC LIMIT $12 OFFSET $13;

-- name: customer_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country, $12 limit, $13 start)   rows: many
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($8 AS TEXT) IS NULL OR email = $8)
    AND (CAST($9 AS TEXT) IS NULL OR external_id = $9) AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10)
    AND (CAST($11 AS TEXT) IS NULL OR country = $11)
ORDER BY id DESC LIMIT $12 OFFSET $13;

-- name: customer_count   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country)   rows: exactly 1
SELECT COUNT(*) FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($8 AS TEXT) IS NULL OR email = $8)
    AND (CAST($9 AS TEXT) IS NULL OR external_id = $9) AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10)
    AND (CAST($11 AS TEXT) IS NULL OR country = $11);

-- name: customer_list_by_email_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country, $12 limit, $13 start)   rows: many
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL AND email = $8
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($9 AS TEXT) IS NULL OR external_id = $9)
    AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10) AND (CAST($11 AS TEXT) IS NULL OR country = $11)
ORDER BY id ASC LIMIT $12 OFFSET $13;

-- name: customer_list_by_email_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country, $12 limit, $13 start)   rows: many
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL AND email = $8
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($9 AS TEXT) IS NULL OR external_id = $9)
    AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10) AND (CAST($11 AS TEXT) IS NULL OR country = $11)
ORDER BY id DESC LIMIT $12 OFFSET $13;

-- name: customer_count_by_email   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country)   rows: exactly 1
SELECT COUNT(*) FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL AND email = $8
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($9 AS TEXT) IS NULL OR external_id = $9)
    AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10) AND (CAST($11 AS TEXT) IS NULL OR country = $11);

-- name: customer_list_by_external_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country, $12 limit, $13 start)   rows: many
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL AND external_id = $9
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($8 AS TEXT) IS NULL OR email = $8)
    AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10) AND (CAST($11 AS TEXT) IS NULL OR country = $11)
ORDER BY id ASC LIMIT $12 OFFSET $13;

-- name: customer_list_by_external_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country, $12 limit, $13 start)   rows: many
SELECT {customer_row}
FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL AND external_id = $9
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($8 AS TEXT) IS NULL OR email = $8)
    AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10) AND (CAST($11 AS TEXT) IS NULL OR country = $11)
ORDER BY id DESC LIMIT $12 OFFSET $13;

-- name: customer_count_by_external   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 name, $8 email, $9 external_id, $10 legal_id, $11 country)   rows: exactly 1
SELECT COUNT(*) FROM customer
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND deleted_us IS NULL AND external_id = $9
    AND created_us BETWEEN $5 AND $6 AND (CAST($7 AS TEXT) IS NULL OR name = $7)
    AND (CAST($8 AS TEXT) IS NULL OR email = $8)
    AND (CAST($10 AS TEXT) IS NULL OR legal_id = $10) AND (CAST($11 AS TEXT) IS NULL OR country = $11);
