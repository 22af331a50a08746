-- The values of the update are the first ones of the insert (payment_row.h).
-- name: payment_insert   ($1 merchant, $2 mode, $3 id, $4 state, $5 amount_minor, $6 currency, $7 capture, $8 methods, $9 method, $10 card, $11 customer, $12 description, $13 order_id, $14 return_url, $15 auth_asked, $16 auth_return_url, $17 authentication, $18 device_ip, $19 device_port, $20 device_agent, $21 device_accept, $22 device_languages, $23 date_settlement, $24 billing_address, $25 shipping_address, $26 response, $27 response_author, $28 attempt, $29 fee_minor, $30 fee_vat_minor, $31 refunded_minor, $32 refusals, $33 paused_until_us, $34 hold_expires_us, $35 paid_us, $36 bank_us, $37 unique_id, $38 created_us)   rows: exactly 1, gathered
INSERT INTO payment (merchant, mode, id, state, amount_minor, currency, capture, methods, method, card, customer,
    description, order_id, return_url, auth_asked, auth_return_url, authentication, device_ip,
    device_port, device_agent, device_accept, device_languages, date_settlement, billing_address,
    shipping_address, response, response_author, attempt, fee_minor, fee_vat_minor,
    refunded_minor, refusals, paused_until_us, hold_expires_us, paid_us, bank_us, unique_id,
    created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38);

-- name: payment_update   ($1 merchant, $2 mode, $3 id, $4 state, $5 amount_minor, $6 currency, $7 capture, $8 methods, $9 method, $10 card, $11 customer, $12 description, $13 order_id, $14 return_url, $15 auth_asked, $16 auth_return_url, $17 authentication, $18 device_ip, $19 device_port, $20 device_agent, $21 device_accept, $22 device_languages, $23 date_settlement, $24 billing_address, $25 shipping_address, $26 response, $27 response_author, $28 attempt, $29 fee_minor, $30 fee_vat_minor, $31 refunded_minor, $32 refusals, $33 paused_until_us, $34 hold_expires_us, $35 paid_us, $36 bank_us)   rows: exactly 1
UPDATE payment SET state = $4, amount_minor = $5, currency = $6, capture = $7, methods = $8, method = $9, card = $10,
    customer = $11, description = $12, order_id = $13, return_url = $14, auth_asked = $15,
    auth_return_url = $16, authentication = $17, device_ip = $18, device_port = $19,
    device_agent = $20, device_accept = $21, device_languages = $22, date_settlement = $23,
    billing_address = $24, shipping_address = $25, response = $26, response_author = $27,
    attempt = $28, fee_minor = $29, fee_vat_minor = $30, refunded_minor = $31, refusals = $32,
    paused_until_us = $33, hold_expires_us = $34, paid_us = $35, bank_us = $36
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- What an authorisation, a capture or a refund changes: none of the columns that other indexes hold.
-- name: payment_progress   ($1 merchant, $2 mode, $3 id, $4 state, $5 response, $6 response_author, $7 attempt, $8 authentication, $9 fee_minor, $10 fee_vat_minor, $11 refunded_minor, $12 refusals, $13 paused_until_us, $14 hold_expires_us, $15 paid_us, $16 bank_us)   rows: exactly 1, gathered
UPDATE payment SET state = $4, response = $5, response_author = $6, attempt = $7,
    authentication = $8, fee_minor = $9, fee_vat_minor = $10, refunded_minor = $11, refusals = $12,
    paused_until_us = $13, hold_expires_us = $14, paid_us = $15, bank_us = $16
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- One step alone, of all that move at once (core/debit_set.h): of the indexes only those that it concerns are written.
-- name: moving_payment_step   ($1 merchant, $2 mode, $3 from, $4 state)   rows: any, whole table
UPDATE payment SET state = $4
WHERE merchant = $1 AND mode = $2 AND state = $3
    AND id IN (SELECT q.payment FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2);

-- name: moving_payment_banked   ($1 merchant, $2 mode, $3 from, $4 state, $5 bank_us)   rows: any, whole table
UPDATE payment SET state = $4, paid_us = $5, bank_us = $5
WHERE merchant = $1 AND mode = $2 AND state = $3 AND paid_us IS NULL
    AND id IN (SELECT q.payment FROM moving_debit q WHERE q.merchant = $1 AND q.mode = $2);

-- columns: payment_row (id, state, amount_minor, currency, capture, methods, method, card,
--     customer, description, order_id, unique_id, return_url, auth_asked, auth_return_url,
--     authentication, device_ip, device_port, device_agent, device_accept, device_languages,
--     date_settlement, billing_address, shipping_address, response, response_author, attempt,
--     fee_minor, fee_vat_minor, refunded_minor, refusals, paused_until_us, hold_expires_us,
--     paid_us, bank_us, created_us)

-- name: payment_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {payment_row}
FROM payment WHERE merchant = $1 AND mode = $2 AND id = $3;

-- Whose payment is it? For the operator, who has only its id.
-- name: payment_owner   ($1 id)   rows: at most 1, whole table
SELECT p.merchant, p.mode FROM merchant m
JOIN payment p ON p.merchant = m.id AND p.mode IN ('test', 'live') AND p.id = $1;

-- name: payment_find_unique   ($1 merchant, $2 mode, $3 unique_id)   rows: at most 1
SELECT id FROM payment WHERE merchant = $1 AND mode = $2 AND unique_id = $3;

-- name: payment_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6;

-- name: payment_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $7 OFFSET $8;

-- name: payment_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $7 OFFSET $8;

-- name: payment_list_by_order_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND order_id = $7 AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND (CAST($9 AS TEXT) IS NULL OR card = $9)
ORDER BY id ASC LIMIT $10 OFFSET $11;

-- name: payment_list_by_order_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND order_id = $7 AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND (CAST($9 AS TEXT) IS NULL OR card = $9)
ORDER BY id DESC LIMIT $10 OFFSET $11;

-- name: payment_count_by_order   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card)   rows: exactly 1
SELECT COUNT(*) FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND order_id = $7 AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND (CAST($9 AS TEXT) IS NULL OR card = $9);

-- name: payment_list_by_unique_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND unique_id = $8 AND (CAST($9 AS TEXT) IS NULL OR card = $9)
ORDER BY id ASC LIMIT $10 OFFSET $11;

-- name: payment_list_by_unique_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND unique_id = $8 AND (CAST($9 AS TEXT) IS NULL OR card = $9)
ORDER BY id DESC LIMIT $10 OFFSET $11;

-- name: payment_count_by_unique   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card)   rows: exactly 1
SELECT COUNT(*) FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND unique_id = $8 AND (CAST($9 AS TEXT) IS NULL OR card = $9);

-- name: payment_list_by_card_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND card = $9
ORDER BY id ASC LIMIT $10 OFFSET $11;

-- name: payment_list_by_card_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND card = $9
ORDER BY id DESC LIMIT $10 OFFSET $11;

-- name: payment_count_by_card   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card)   rows: exactly 1
SELECT COUNT(*) FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND card = $9;

-- By the day of payment, newest or oldest first: the index of that order is walked, and a page is soon full. An id that
-- is an expression keeps both engines from collecting and sorting all rows instead.
-- name: payment_list_paid_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id || '' >= $3 AND id || '' < $4 AND created_us BETWEEN $5 AND $6
    AND paid_us IS NOT NULL AND (CAST($7 AS TEXT) IS NULL OR order_id = $7)
    AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND (CAST($9 AS TEXT) IS NULL OR card = $9)
ORDER BY paid_us ASC, id ASC LIMIT $10 OFFSET $11;

-- name: payment_list_paid_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 limit, $11 start)   rows: many
SELECT {payment_row}
FROM payment
WHERE merchant = $1 AND mode = $2 AND id || '' >= $3 AND id || '' < $4 AND created_us BETWEEN $5 AND $6
    AND paid_us IS NOT NULL AND (CAST($7 AS TEXT) IS NULL OR order_id = $7)
    AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND (CAST($9 AS TEXT) IS NULL OR card = $9)
ORDER BY paid_us DESC, id DESC LIMIT $10 OFFSET $11;

-- name: payment_count_paid_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND paid_us IS NOT NULL;

-- name: payment_count_paid   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card)   rows: exactly 1
SELECT COUNT(*) FROM payment
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
    AND paid_us IS NOT NULL AND (CAST($7 AS TEXT) IS NULL OR order_id = $7)
    AND (CAST($8 AS TEXT) IS NULL OR unique_id = $8) AND (CAST($9 AS TEXT) IS NULL OR card = $9);

-- What a payout holds, in the order of creation or of payment.
-- name: payment_list_by_payout_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 payout, $11 limit, $12 start)   rows: many
SELECT {p.payment_row}
FROM payout_line l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $10 AND l.kind = 'payment'
    AND l.object >= $3 AND l.object < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
ORDER BY l.object ASC LIMIT $11 OFFSET $12;

-- name: payment_list_by_payout_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 payout, $11 limit, $12 start)   rows: many
SELECT {p.payment_row}
FROM payout_line l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $10 AND l.kind = 'payment'
    AND l.object >= $3 AND l.object < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
ORDER BY l.object DESC LIMIT $11 OFFSET $12;

-- name: payment_list_by_payout_paid_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 payout, $11 limit, $12 start)   rows: many
SELECT {p.payment_row}
FROM payout_line l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $10 AND l.kind = 'payment'
    AND l.object >= $3 AND l.object < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND p.paid_us IS NOT NULL
ORDER BY p.paid_us ASC, l.object ASC LIMIT $11 OFFSET $12;

-- name: payment_list_by_payout_paid_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 payout, $11 limit, $12 start)   rows: many
SELECT {p.payment_row}
FROM payout_line l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $10 AND l.kind = 'payment'
    AND l.object >= $3 AND l.object < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND p.paid_us IS NOT NULL
ORDER BY p.paid_us DESC, l.object DESC LIMIT $11 OFFSET $12;

-- name: payment_count_by_payout   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 payout)   rows: exactly 1
SELECT COUNT(*)
FROM payout_line l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $10 AND l.kind = 'payment'
    AND l.object >= $3 AND l.object < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9);

-- name: payment_count_by_payout_paid   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 payout)   rows: exactly 1
SELECT COUNT(*)
FROM payout_line l
JOIN payment p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $10 AND l.kind = 'payment'
    AND l.object >= $3 AND l.object < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND p.paid_us IS NOT NULL;

-- What an account was chosen for, in the order of creation or of payment; with a payout, what that one holds of it.
-- name: payment_list_by_account_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 account, $11 payout, $12 limit, $13 start)   rows: many
SELECT {p.payment_row}
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.account = $10
    AND d.payment >= $3 AND d.payment < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND (CAST($11 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM payout_line l
        WHERE l.merchant = $1 AND l.mode = $2 AND l.object = d.payment AND l.payout = $11))
ORDER BY d.payment ASC LIMIT $12 OFFSET $13;

-- name: payment_list_by_account_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 account, $11 payout, $12 limit, $13 start)   rows: many
SELECT {p.payment_row}
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.account = $10
    AND d.payment >= $3 AND d.payment < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND (CAST($11 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM payout_line l
        WHERE l.merchant = $1 AND l.mode = $2 AND l.object = d.payment AND l.payout = $11))
ORDER BY d.payment DESC LIMIT $12 OFFSET $13;

-- name: payment_list_by_account_paid_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 account, $11 payout, $12 limit, $13 start)   rows: many
SELECT {p.payment_row}
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.account = $10
    AND d.payment >= $3 AND d.payment < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND (CAST($11 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM payout_line l
        WHERE l.merchant = $1 AND l.mode = $2 AND l.object = d.payment AND l.payout = $11))
    AND p.paid_us IS NOT NULL
ORDER BY p.paid_us ASC, d.payment ASC LIMIT $12 OFFSET $13;

-- name: payment_list_by_account_paid_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 account, $11 payout, $12 limit, $13 start)   rows: many
SELECT {p.payment_row}
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.account = $10
    AND d.payment >= $3 AND d.payment < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND (CAST($11 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM payout_line l
        WHERE l.merchant = $1 AND l.mode = $2 AND l.object = d.payment AND l.payout = $11))
    AND p.paid_us IS NOT NULL
ORDER BY p.paid_us DESC, d.payment DESC LIMIT $12 OFFSET $13;

-- name: payment_count_by_account   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 account, $11 payout)   rows: exactly 1
SELECT COUNT(*)
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.account = $10
    AND d.payment >= $3 AND d.payment < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND (CAST($11 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM payout_line l
        WHERE l.merchant = $1 AND l.mode = $2 AND l.object = d.payment AND l.payout = $11));

-- name: payment_count_by_account_paid   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 order_id, $8 unique_id, $9 card, $10 account, $11 payout)   rows: exactly 1
SELECT COUNT(*)
FROM debit d
JOIN payment p ON p.merchant = d.merchant AND p.mode = d.mode AND p.id = d.payment
WHERE d.merchant = $1 AND d.mode = $2 AND d.account = $10
    AND d.payment >= $3 AND d.payment < $4 AND p.created_us BETWEEN $5 AND $6
    AND (CAST($7 AS TEXT) IS NULL OR p.order_id = $7) AND (CAST($8 AS TEXT) IS NULL OR p.unique_id = $8)
    AND (CAST($9 AS TEXT) IS NULL OR p.card = $9)
    AND (CAST($11 AS TEXT) IS NULL OR EXISTS (SELECT 1 FROM payout_line l
        WHERE l.merchant = $1 AND l.mode = $2 AND l.object = d.payment AND l.payout = $11))
    AND p.paid_us IS NOT NULL;
