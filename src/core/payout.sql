-- name: payout_insert   ($1 merchant, $2 mode, $3 id, $4 currency, $5 amount_minor, $6 day, $7 description, $8 daily, $9 transfer, $10 created_us)   rows: exactly 1
INSERT INTO payout (merchant, mode, id, state, currency, amount_minor, day, description, daily,
    transfer, created_us)
VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10);

-- name: payout_part_insert   ($1 merchant, $2 mode, $3 payout, $4 kind, $5 method, $6 amount_minor, $7 count, $8 fees_minor, $9 fees_vat_minor)   rows: exactly 1
INSERT INTO payout_part (merchant, mode, payout, kind, method, amount_minor, count, fees_minor,
    fees_vat_minor)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: payout_parts   ($1 merchant, $2 mode, $3 payout)   rows: many
SELECT kind, method, amount_minor, count, fees_minor, fees_vat_minor FROM payout_part
WHERE merchant = $1 AND mode = $2 AND payout = $3;

-- name: payout_update   ($1 merchant, $2 mode, $3 id, $4 state, $5 sent_us, $6 bank_us)   rows: exactly 1
UPDATE payout SET state = $4, sent_us = $5, bank_us = $6
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- columns: payout_row (id, state, currency, amount_minor, day, description, daily, transfer,
--     sent_us, bank_us, created_us)

-- name: payout_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {payout_row}
FROM payout WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: payout_of_day   ($1 merchant, $2 mode, $3 currency, $4 day)   rows: at most 1
SELECT id FROM payout
WHERE merchant = $1 AND mode = $2 AND currency = $3 AND day = $4 AND daily = 1;

-- Whose payout is it? For the operator, who has only its id.
-- name: payout_owner   ($1 id)   rows: at most 1, whole table
SELECT p.merchant, p.mode FROM merchant m
JOIN payout p ON p.merchant = m.id AND p.mode IN ('test', 'live') AND p.id = $1;

-- The bound of the id says that few rows are meant: those of the partial index.
-- name: payout_to_send   ($1 merchant, $2 mode, $3 limit)   rows: many
SELECT {payout_row}
FROM payout
WHERE merchant = $1 AND mode = $2 AND id >= '' AND state = 'to_pay' AND transfer = 1
    AND currency = 'eur'
ORDER BY id LIMIT $3;

-- name: payout_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM payout
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6;

-- name: payout_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {payout_row}
FROM payout
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $7 OFFSET $8;

-- name: payout_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {payout_row}
FROM payout
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $7 OFFSET $8;

-- name: payout_list_by_payment_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payment, $8 limit, $9 start)   rows: many
SELECT {p.payout_row}
FROM payout_line l
JOIN payout p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payout
WHERE l.merchant = $1 AND l.mode = $2 AND l.object = $7 AND l.kind = 'payment'
    AND p.id >= $3 AND p.id < $4 AND p.created_us BETWEEN $5 AND $6
ORDER BY p.id ASC LIMIT $8 OFFSET $9;

-- name: payout_list_by_payment_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payment, $8 limit, $9 start)   rows: many
SELECT {p.payout_row}
FROM payout_line l
JOIN payout p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payout
WHERE l.merchant = $1 AND l.mode = $2 AND l.object = $7 AND l.kind = 'payment'
    AND p.id >= $3 AND p.id < $4 AND p.created_us BETWEEN $5 AND $6
ORDER BY p.id DESC LIMIT $8 OFFSET $9;

-- name: payout_count_by_payment   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payment)   rows: exactly 1
SELECT COUNT(*)
FROM payout_line l
JOIN payout p ON p.merchant = l.merchant AND p.mode = l.mode AND p.id = l.payout
WHERE l.merchant = $1 AND l.mode = $2 AND l.object = $7 AND l.kind = 'payment'
    AND p.id >= $3 AND p.id < $4 AND p.created_us BETWEEN $5 AND $6;
