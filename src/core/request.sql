-- The values of the update are the first ones of the insert (request.c).
-- name: request_insert   ($1 merchant, $2 mode, $3 id, $4 state, $5 amount_minor, $6 currency, $7 capture, $8 methods, $9 authenticate, $10 customer, $11 card, $12 payment, $13 description, $14 order_id, $15 metadata, $16 return_url, $17 date_settlement, $18 due, $19 billing_address, $20 shipping_address, $21 account, $22 face, $23 expires_us, $24 created_us, $25 sent_by, $26 page, $27 payer_name, $28 payer_email, $29 payer_phone, $30 link_sealed)   rows: exactly 1
INSERT INTO request (merchant, mode, id, state, amount_minor, currency, capture, methods,
    authenticate, customer, card, payment, description, order_id, metadata, return_url,
    date_settlement, due, billing_address, shipping_address, account, face, expires_us,
    created_us, sent_by, page, payer_name, payer_email, payer_phone, link_sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, $27, $28, $29, $30);

-- name: request_update   ($1 merchant, $2 mode, $3 id, $4 state, $5 amount_minor, $6 currency, $7 capture, $8 methods, $9 authenticate, $10 customer, $11 card, $12 payment, $13 description, $14 order_id, $15 metadata, $16 return_url, $17 date_settlement, $18 due, $19 billing_address, $20 shipping_address, $21 account)   rows: exactly 1
UPDATE request SET state = $4, amount_minor = $5, currency = $6, capture = $7, methods = $8,
    authenticate = $9, customer = $10, card = $11, payment = $12, description = $13,
    order_id = $14, metadata = $15, return_url = $16, date_settlement = $17, due = $18,
    billing_address = $19, shipping_address = $20, account = $21
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- columns: request_row (id, face, state, amount_minor, currency, capture, methods,
--     authenticate, customer, card, payment, description, order_id, metadata, return_url,
--     date_settlement, billing_address, shipping_address, expires_us, created_us, account,
--     sent_by, page, payer_name, payer_email, payer_phone, link_sealed, reminders, reminded_us)

-- name: request_remind   ($1 merchant, $2 mode, $3 id, $4 reminders, $5 reminded_us)   rows: exactly 1
UPDATE request SET reminders = $4, reminded_us = $5 WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: request_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {request_row}
FROM request WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: request_page_insert   ($1 request, $2 merchant, $3 mode)   rows: exactly 1
INSERT INTO request_page (request, merchant, mode) VALUES ($1, $2, $3);

-- name: request_page_find   ($1 request, $2 mode)   rows: at most 1
SELECT merchant FROM request_page WHERE request = $1 AND mode = $2;

-- name: request_payment_insert   ($1 merchant, $2 mode, $3 request, $4 payment, $5 created_us)   rows: exactly 1
INSERT INTO request_payment (merchant, mode, request, payment, created_us)
VALUES ($1, $2, $3, $4, $5);

-- name: request_of_payment   ($1 merchant, $2 mode, $3 payment)   rows: at most 1
SELECT request FROM request_payment WHERE merchant = $1 AND mode = $2 AND payment = $3;

-- name: request_attempt_last   ($1 merchant, $2 mode, $3 request)   rows: at most 1
SELECT payment FROM request_payment
WHERE merchant = $1 AND mode = $2 AND request = $3 ORDER BY payment DESC LIMIT 1;

-- name: request_payment_count   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 request)   rows: exactly 1
SELECT COUNT(*) FROM request_payment
WHERE merchant = $1 AND mode = $2 AND payment >= $3 AND payment < $4
    AND created_us BETWEEN $5 AND $6 AND request = $7;

-- name: request_payment_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 request, $8 limit, $9 start)   rows: many
SELECT payment FROM request_payment
WHERE merchant = $1 AND mode = $2 AND payment >= $3 AND payment < $4
    AND created_us BETWEEN $5 AND $6 AND request = $7
ORDER BY payment ASC LIMIT $8 OFFSET $9;

-- name: request_payment_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 request, $8 limit, $9 start)   rows: many
SELECT payment FROM request_payment
WHERE merchant = $1 AND mode = $2 AND payment >= $3 AND payment < $4
    AND created_us BETWEEN $5 AND $6 AND request = $7
ORDER BY payment DESC LIMIT $8 OFFSET $9;

-- name: request_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6;

-- name: request_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $7 OFFSET $8;

-- name: request_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $7 OFFSET $8;

-- name: request_list_by_order_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND order_id = $7 AND (CAST($8 AS TEXT) IS NULL OR card = $8)
    AND (CAST($9 AS TEXT) IS NULL OR account = $9)
ORDER BY id ASC LIMIT $10 OFFSET $11;

-- name: request_list_by_order_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND order_id = $7 AND (CAST($8 AS TEXT) IS NULL OR card = $8)
    AND (CAST($9 AS TEXT) IS NULL OR account = $9)
ORDER BY id DESC LIMIT $10 OFFSET $11;

-- name: request_count_by_order   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account)   rows: exactly 1
SELECT COUNT(*) FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND order_id = $7 AND (CAST($8 AS TEXT) IS NULL OR card = $8)
    AND (CAST($9 AS TEXT) IS NULL OR account = $9);

-- name: request_list_by_card_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND card = $8 AND (CAST($9 AS TEXT) IS NULL OR account = $9)
ORDER BY id ASC LIMIT $10 OFFSET $11;

-- name: request_list_by_card_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND card = $8 AND (CAST($9 AS TEXT) IS NULL OR account = $9)
ORDER BY id DESC LIMIT $10 OFFSET $11;

-- name: request_count_by_card   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account)   rows: exactly 1
SELECT COUNT(*) FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND card = $8 AND (CAST($9 AS TEXT) IS NULL OR account = $9);

-- name: request_list_by_account_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND account = $9 AND (CAST($8 AS TEXT) IS NULL OR card = $8)
ORDER BY id ASC LIMIT $10 OFFSET $11;

-- name: request_list_by_account_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND account = $9 AND (CAST($8 AS TEXT) IS NULL OR card = $8)
ORDER BY id DESC LIMIT $10 OFFSET $11;

-- name: request_count_by_account   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account)   rows: exactly 1
SELECT COUNT(*) FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND account = $9 AND (CAST($8 AS TEXT) IS NULL OR card = $8);

-- By the day they are due: the index of that order is walked (see payment_list_paid_asc).
-- name: request_list_due_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id || '' >= $3 AND id || '' < $4
    AND created_us BETWEEN $5 AND $6
    AND due >= '' AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR card = $8)
    AND (CAST($9 AS TEXT) IS NULL OR account = $9)
ORDER BY due ASC, id ASC LIMIT $10 OFFSET $11;

-- name: request_list_due_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account, $10 limit, $11 start)   rows: many
SELECT {request_row}
FROM request
WHERE merchant = $1 AND mode = $2 AND id || '' >= $3 AND id || '' < $4
    AND created_us BETWEEN $5 AND $6
    AND due >= '' AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR card = $8)
    AND (CAST($9 AS TEXT) IS NULL OR account = $9)
ORDER BY due DESC, id DESC LIMIT $10 OFFSET $11;

-- name: request_count_any   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 card, $9 account)   rows: exactly 1
SELECT COUNT(*) FROM request
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR card = $8)
    AND (CAST($9 AS TEXT) IS NULL OR account = $9);
