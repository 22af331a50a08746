-- name: refund_insert   ($1 merchant, $2 mode, $3 id, $4 payment, $5 state, $6 amount_minor, $7 currency, $8 refund_us, $9 created_us)   rows: exactly 1
INSERT INTO refund (merchant, mode, id, payment, state, amount_minor, currency, refund_us,
    created_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: refund_update   ($1 merchant, $2 mode, $3 id, $4 state, $5 attempt, $6 refund_us, $7 bank_us)   rows: exactly 1
UPDATE refund SET state = $4, attempt = $5, refund_us = $6, bank_us = $7
WHERE merchant = $1 AND mode = $2 AND id = $3;

-- columns: refund_row (id, payment, state, amount_minor, currency, attempt, refund_us, bank_us,
--     created_us)

-- name: refund_find   ($1 merchant, $2 mode, $3 id)   rows: at most 1
SELECT {refund_row}
FROM refund WHERE merchant = $1 AND mode = $2 AND id = $3;

-- name: refunds_of_payment   ($1 merchant, $2 mode, $3 payment, $4 limit)   rows: many
SELECT {refund_row}
FROM refund WHERE merchant = $1 AND mode = $2 AND payment = $3 ORDER BY id LIMIT $4;

-- name: refund_count_times   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us)   rows: exactly 1
SELECT COUNT(*) FROM refund
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6;

-- name: refund_list_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {refund_row}
FROM refund
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id ASC LIMIT $7 OFFSET $8;

-- name: refund_list_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 limit, $8 start)   rows: many
SELECT {refund_row}
FROM refund
WHERE merchant = $1 AND mode = $2 AND id >= $3 AND id < $4 AND created_us BETWEEN $5 AND $6
ORDER BY id DESC LIMIT $7 OFFSET $8;

-- What a payout holds, of those that came back too.
-- name: refund_list_by_payout_asc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payout, $8 limit, $9 start)   rows: many
SELECT {r.refund_row}
FROM payout_line l
JOIN refund r ON r.merchant = l.merchant AND r.mode = l.mode AND r.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $7 AND l.kind = 'refund'
    AND l.object >= $3 AND l.object < $4 AND r.created_us BETWEEN $5 AND $6
ORDER BY l.object ASC LIMIT $8 OFFSET $9;

-- name: refund_list_by_payout_desc   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payout, $8 limit, $9 start)   rows: many
SELECT {r.refund_row}
FROM payout_line l
JOIN refund r ON r.merchant = l.merchant AND r.mode = l.mode AND r.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $7 AND l.kind = 'refund'
    AND l.object >= $3 AND l.object < $4 AND r.created_us BETWEEN $5 AND $6
ORDER BY l.object DESC LIMIT $8 OFFSET $9;

-- name: refund_count_by_payout   ($1 merchant, $2 mode, $3 id_from, $4 id_until, $5 from_us, $6 until_us, $7 payout)   rows: exactly 1
SELECT COUNT(*)
FROM payout_line l
JOIN refund r ON r.merchant = l.merchant AND r.mode = l.mode AND r.id = l.object
WHERE l.merchant = $1 AND l.mode = $2 AND l.payout = $7 AND l.kind = 'refund'
    AND l.object >= $3 AND l.object < $4 AND r.created_us BETWEEN $5 AND $6;
